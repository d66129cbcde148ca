/** How documents become a shard of the result: gzipped lines of JSON, or parquet. The same documents give the same bytes. */
import { gzipSync } from 'node:zlib';
import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { PartFile } from '../../../core/files.js';
import type { Document } from '../../document.js';
import { emptyMember, packed } from './shardFile.js';

/** A shard that documents are added to. */
export interface ShardWriter {
  readonly add: (document: Document) => void;
  /** Writes what is still held. */
  readonly end: () => void;
}

/** Characters of text in one gzip member. */
const memberCharacters = 1 << 20;
/** Characters of text in one group of rows, which is held in memory. */
const groupCharacters = 1 << 24;

/** Writes lines of JSON, gzipped in members of a megabyte or so. */
export function jsonlShard(file: PartFile): ShardWriter {
  let isEmpty = true;
  const { add, flush } = inBatches(memberCharacters, (documents) => {
    file.write(packed(documents));
    isEmpty = false;
  });
  return {
    add,
    end: () => {
      flush();
      if (isEmpty) file.write(emptyMember);
    },
  };
}

/**
 * Writes parquet with columns `id`, `text`, `url` and `metadata`, the last one as JSON, since facts differ from document
 * to document; their pages are packed by gzip, which every reader knows and Node has.
 */
export function parquetShard(file: PartFile): ShardWriter {
  const writer = new ByteWriter(); // in memory, so nothing has to be waited for
  const parquet = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: columnsOf([]) }),
    codec: 'GZIP',
    compressors: { GZIP: (bytes) => gzipSync(bytes) },
    createdBy: 'llm-workbook',
  });
  const handOver = () => {
    file.write(writer.getBytes());
    writer.index = 0;
  };
  const { add, flush } = inBatches(groupCharacters, (documents) => {
    void parquet.write({ columnData: columnsOf(documents), rowGroupSize: documents.length });
    handOver();
  });
  return {
    add,
    end: () => {
      flush();
      void parquet.finish();
      handOver();
    },
  };
}

function columnsOf(documents: readonly Document[]): ColumnSource[] {
  return [
    { name: 'id', type: 'STRING', nullable: false, data: documents.map(({ id }) => id) },
    { name: 'text', type: 'STRING', nullable: false, data: documents.map(({ text }) => text) },
    { name: 'url', type: 'STRING', data: documents.map(({ url }) => url ?? null) },
    { name: 'metadata', type: 'JSON', nullable: false, data: documents.map(({ metadata }) => metadata) },
  ];
}

/** Holds documents until their texts have so many characters. */
function inBatches(characters: number, write: (documents: readonly Document[]) => void) {
  let waiting: Document[] = [];
  let held = 0;
  const flush = () => {
    if (waiting.length > 0) write(waiting);
    [waiting, held] = [[], 0];
  };
  return {
    add: (document: Document) => {
      waiting.push(document);
      held += document.text.length;
      if (held >= characters) flush();
    },
    flush,
  };
}

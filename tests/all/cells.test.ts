import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { startLanguage } from '../../dist/kernel/language/index.js';
import { findChapters } from '../../src/workbook/chapters.js';
import { readNotebook } from '../../src/workbook/notebook.js';

describe('check(): the chapters', () => {
  for (const { name, path } of findChapters([])) {
    it(`${name}: no cell has a type error, each checked after those before it`, async () => {
      const { check, ran, close } = startLanguage({ folder: dirname(path) });
      for (const { cell_type, source } of readNotebook(path).cells) {
        if (cell_type !== 'code') continue;
        assert.deepEqual(await check(source), [], source);
        await ran(source);
      }
      assert.notDeepEqual(await check("size = 'enormous'"), [], 'the check is alive');
      await close();
    });
  }
});

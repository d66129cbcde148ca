import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  checkGptConfig,
  type GptConfig,
  gpt2,
  llama3,
  llamaConfig,
  smolLm2,
} from '../../src/model/config.js';
import { forwardFlops, parameterCount, parameterParts } from '../../src/model/counts.js';

const tiny = { vocabSize: 13, blockSize: 8, nLayer: 2, nHead: 2, nEmbd: 16 };

describe('parameterCount()', () => {
  it('is exact for the four sizes of GPT-2', () => {
    const counts = [gpt2.small, gpt2.medium, gpt2.large, gpt2.xl].map(parameterCount);
    assert.deepEqual(counts, [124_439_808, 354_823_168, 774_030_080, 1_557_611_200]);
  });

  it('is exact for Llama 3 8B and SmolLM2 135M', () => {
    assert.equal(parameterCount(llama3['8b']), 8_030_261_248);
    assert.equal(parameterCount(smolLm2['135m']), 134_515_008);
  });
});

describe('parameterParts()', () => {
  it('has a row for each part that there is, and nothing twice', () => {
    const partsOf = (config: GptConfig) => parameterParts(config).map(({ part }) => part);
    const always = ['attention: queries, keys, values', 'attention: output', 'feed-forward', 'normalisation'];
    assert.deepEqual(partsOf(gpt2.small), ['token embedding', 'position embedding', ...always]);
    assert.deepEqual(partsOf(llama3['8b']), ['token embedding', ...always, 'head']);
    assert.deepEqual(partsOf(smolLm2['135m']), ['token embedding', ...always]);
  });

  it('counts the feed-forward network of Llama 3 8B as its paper’s sizes say', () => {
    const found = parameterParts(llama3['8b']).find(({ part }) => part === 'feed-forward');
    assert.equal(found?.parameters, 32 * 3 * 4096 * 14336);
  });
});

describe('forwardFlops()', () => {
  const flopsOf = (config: GptConfig, length: number) =>
    forwardFlops(config, { length }).reduce((sum, { flops }) => sum + flops, 0);

  it('is twice the weights of all matrices for a text of one token, and what it costs to look at itself', () => {
    const { nLayer, nEmbd, blockSize } = gpt2.small;
    const vectors = nLayer * (3 + 1 + 4 + 1 + 4) * nEmbd + 2 * nEmbd + blockSize * nEmbd;
    const matrices = parameterCount(gpt2.small) - vectors;
    assert.equal(flopsOf(gpt2.small, 1), 2 * matrices + 4 * nLayer * nEmbd);
  });

  it('grows with the text in attention alone, by the mean number of positions that a token sees', () => {
    const { nLayer, nEmbd } = llama3['8b'];
    assert.equal(flopsOf(llama3['8b'], 8191) - flopsOf(llama3['8b'], 1), 4 * nLayer * nEmbd * 4095);
    assert.throws(() => forwardFlops(gpt2.small, { length: 1025 }), /expected 1 to 1024 tokens, got 1025/);
  });

  it('shares keys and values where heads do', () => {
    const [own, shared] = [
      llamaConfig({ ...tiny, nHead: 4 }),
      llamaConfig({ ...tiny, nHead: 4, nKvHead: 1 }),
    ];
    assert.equal(flopsOf(own, 8) - flopsOf(shared, 8), 2 * 2 * 16 * (2 * 3 * 4));
  });
});

describe('checkGptConfig()', () => {
  const refused = (fields: object, message: RegExp) =>
    assert.throws(() => checkGptConfig({ ...tiny, ...fields } as GptConfig), { name: 'RangeError', message });

  it('names the field that is wrong', () => {
    refused({ nLayer: 0 }, /nLayer must be a whole number above 0: got 0/);
    refused({ nLayer: '2' }, /nLayer must be a whole number above 0: got "2"/);
    refused({ vocabSize: undefined }, /vocabSize must be a whole number above 0: got undefined/);
    refused({ nEmbd: 16.5 }, /nEmbd must be a whole number above 0: got 16.5/);
    refused({ nHead: 3 }, /nHead 3 does not divide nEmbd 16/);
    refused({ nHead: 4, nKvHead: 3 }, /nKvHead 3 does not divide nHead 4/);
    refused({ nKvHead: 4 }, /nKvHead 4 does not divide nHead 2/);
    refused({ nInner: 0 }, /nInner must be a whole number above 0: got 0/);
    refused({ position: 'alibi' }, /position must be learned or rotary: got "alibi"/);
    refused({ norm: 'batch' }, /norm must be layer or rms: got "batch"/);
    refused({ feedForward: 'relu' }, /feedForward must be gelu or swiGlu: got "relu"/);
    refused({ bias: 'false' }, /bias must be true or false: got "false"/);
    refused({ tiedHead: 1 }, /tiedHead must be true or false: got 1/);
    refused({ normEpsilon: -1e-5 }, /normEpsilon must be 0 or more: got -0.00001/);
    refused({ normEpsilon: Number.NaN }, /normEpsilon must be 0 or more: got NaN/);
    refused({ position: 'rotary', rotaryBase: 0 }, /rotaryBase must be above 0: got 0/);
    refused({ position: 'rotary', nHead: 16 }, /a head of 1 channels, nEmbd \/ nHead, cannot turn in pairs/);
  });

  it('looks at each number of the scaling of positions', () => {
    const scaling = { factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalBlockSize: 64 };
    checkGptConfig({ ...tiny, position: 'rotary', rotaryScaling: scaling });
    for (const field of Object.keys(scaling))
      for (const value of [0, -1, Number.NaN, '8', undefined])
        refused(
          { rotaryScaling: { ...scaling, [field]: value } },
          new RegExp(`rotaryScaling.${field} must be`),
        );
    refused(
      { rotaryScaling: { ...scaling, lowFrequencyFactor: 4 } },
      /highFrequencyFactor .* low one, 4: got 4/,
    );
    refused({ rotaryScaling: null }, /rotaryScaling.factor must be above 0: got undefined/);
  });

  it('takes all presets', () => {
    for (const config of [...Object.values(gpt2), llama3['8b'], smolLm2['135m']]) checkGptConfig(config);
  });
});

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { askedName } from '../../../dist/kernel/jupyter/introspection.js';
import { checkMode } from '../../../src/kernel/jupyter/checks.js';
import { toCodePoints, toCodeUnits } from '../../../src/kernel/jupyter/codePoints.js';
import { createHistory } from '../../../src/kernel/jupyter/history.js';

it('code points and code units name the same places', () => {
  const text = 'a🐋é🐋🐋z';
  const points = [...text];
  for (let n = 0; n <= points.length; n++) {
    const units = points.slice(0, n).join('').length;
    assert.equal(toCodeUnits(text, n), units);
    assert.equal(toCodePoints(text, units), n);
  }
  assert.equal(toCodeUnits(text, 99), text.length);
});

it('the first line of a cell decides about its check, then the environment', () => {
  assert.equal(checkMode('1', {}), 'warn');
  assert.equal(checkMode('1', { WORKBOOK_CHECK: 'off' }), 'off');
  assert.equal(checkMode('1', { WORKBOOK_CHECK: 'error' }), 'error');
  assert.equal(checkMode('// @check\n1', { WORKBOOK_CHECK: 'off' }), 'error');
  assert.equal(checkMode('// @nocheck\r\n1', { WORKBOOK_CHECK: 'error' }), 'off');
  assert.equal(checkMode('1 // @check', {}), 'warn');
  assert.equal(checkMode('// @checked', {}), 'warn');
});

it('only a name with a question mark asks for the pager', () => {
  const asked = ['?a', 'a.b?', ' $_? ', 'größe?', '??a'];
  assert.deepEqual(asked.map(askedName), ['a', 'a.b', '$_', 'größe', 'a']);
  for (const code of ['a', '?', 'a ? b : c', 'a?.b', "'a?'", '1?', 'a??', '// a?'])
    assert.equal(askedName(code), undefined);
});

it('a pattern of the history matches whole inputs, and none takes long', () => {
  const history = createHistory();
  history.add(1, `${'a'.repeat(5000)}b`, null);
  history.add(2, 'x [1]\ny', null);
  const found = (pattern: string) =>
    (history.answer({ hist_access_type: 'search', pattern }).history as unknown[][]).map(([, line]) => line);
  assert.deepEqual(found('*'), [1, 2]);
  assert.deepEqual(found('x'), []);
  assert.deepEqual(found('x [1]*y'), [2]);
  assert.deepEqual(found('?*?*y'), [2]);
  assert.deepEqual(found(`${'*a'.repeat(50)}*c`), []);
});

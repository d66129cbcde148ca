/** The look of the book: one style sheet for light, dark, narrow screens and paper. */

const sans = "system-ui, 'Segoe UI', Verdana, 'DejaVu Sans', sans-serif";
const chinese =
  "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', 'WenQuanYi Micro Hei'";

/** The text of `assets/book.css`. */
export const bookStyle = `
:root {
  color-scheme: light dark;
  --text: #1f2328; --quiet: #59636e; --page: #ffffff; --raised: #f6f8fa; --line: #d9dee4; --link: #0a5cbf;
  --good: #1a7f37; --bad: #b42318; --bad-back: #fff1ef; --warn-back: #fff8e6;
  --keyword: #a8321f; --string: #0b5394; --number: #8a5000; --comment: #66707a; --title: #6b3fa0; --type: #116329;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #dde3ea; --quiet: #98a3ae; --page: #14181d; --raised: #1d232a; --line: #343c46; --link: #79b8ff;
    --good: #56c271; --bad: #ff8a80; --bad-back: #351a1a; --warn-back: #2f2816;
    --keyword: #ff9d8a; --string: #9ecbff; --number: #f0b072; --comment: #8b96a1; --title: #cdb0ff; --type: #8ddb8c;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 17px/1.6 Charter, 'Bitstream Charter', Cambria, Georgia, 'DejaVu Serif', serif;
}
a { color: var(--link); text-underline-offset: 0.15em; }
.page { display: grid; grid-template-columns: minmax(0, 52rem); justify-content: center; gap: 3rem; padding: 1.5rem 1.25rem 4rem; }
@media (min-width: 75rem) {
  .page.with-contents { grid-template-columns: 15rem minmax(0, 52rem); }
  .contents { position: sticky; top: 1.5rem; align-self: start; max-height: calc(100vh - 3rem); overflow: auto; }
}
@media (max-width: 74.99rem) { .page { gap: 0; } }
.top, .turn, .contents, .badge, .count, .facts, .note, .number, .introduction dl, .finder { font-family: ${sans}; }
.turn { display: flex; justify-content: space-between; gap: 1rem; font-size: 0.82rem; padding: 0.6rem 0; }
.turn.below { border-top: 1px solid var(--line); margin-top: 3rem; }
.turn a:last-child { text-align: right; }
.skip { position: absolute; left: 0.5rem; top: -4rem; background: var(--page); padding: 0.5rem 0.8rem; z-index: 3; }
.skip:focus { top: 0.5rem; }
main:focus { outline: none; }
.top { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.3rem 1.2rem; padding: 0.6rem 1.25rem; border-bottom: 1px solid var(--line); font-size: 0.85rem; }
.top .home { font-weight: 600; color: var(--text); text-decoration: none; margin-right: auto; }
.top nav { display: flex; align-items: baseline; gap: 1.2rem; }
.top nav a { text-decoration: none; }
.menu { position: relative; }
.menu summary { cursor: pointer; color: var(--link); }
.menu ol { position: absolute; right: 0; z-index: 2; width: min(22rem, 88vw); max-height: 75vh; overflow: auto; margin: 0.4rem 0 0; padding: 0.6rem 1rem; list-style: none; background: var(--page); border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 6px 20px #0003; }
.menu li { margin: 0.4rem 0; line-height: 1.35; }
.menu a { text-decoration: none; }
.menu a[aria-current] { color: var(--text); font-weight: 600; }
button { font: 0.78rem ${sans}; color: var(--text); background: var(--raised); border: 1px solid var(--line); border-radius: 5px; padding: 0.2rem 0.7rem; cursor: pointer; }
button:hover { border-color: var(--quiet); }
html:not(.script) button.search { display: none; }
.copy { position: absolute; top: 0.35rem; right: 0.35rem; opacity: 0; user-select: none; }
.code { position: relative; margin: 0.8rem 0; }
.source:hover .copy, .source:focus-within .copy, .code:hover .copy, .code:focus-within .copy, .copy:focus { opacity: 1; }
@media (hover: none) { .copy { opacity: 1; } .script .source > pre, .script .code > pre { padding-top: 1.5rem; } }
.contents { font-size: 0.82rem; line-height: 1.45; }
.contents summary { cursor: pointer; font-weight: 600; padding: 0.4rem 0; }
.contents ol { list-style: none; margin: 0; padding: 0; }
.contents li { margin: 0.3rem 0; }
.contents li.level-3 { padding-left: 1rem; }
.contents a { color: var(--quiet); text-decoration: none; }
.contents a:hover { color: var(--link); text-decoration: underline; }
.contents a[aria-current] { color: var(--text); font-weight: 600; }
h1, h2, h3, h4 { line-height: 1.25; margin: 2rem 0 0.8rem; text-wrap: balance; }
h1 { font-size: 2rem; margin-top: 1.5rem; } h2 { font-size: 1.45rem; } h3 { font-size: 1.17rem; }
p, ul, ol, blockquote { margin: 0.8rem 0; }
blockquote { border-left: 3px solid var(--line); padding-left: 1rem; color: var(--quiet); margin-left: 0; }
img { max-width: 100%; height: auto; }
.text { overflow-wrap: break-word; }
.text > :not(.code, table) { max-width: 46rem; }
.text math[display='block'] { overflow-x: auto; margin: 1rem 0; }
code, pre, .count { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 0.78em; }
.text :not(pre) > code { background: var(--raised); border-radius: 3px; padding: 0.1em 0.3em; overflow-wrap: anywhere; }
pre { margin: 0; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; }
pre code { font-size: 1em; }
.cell { margin: 1.2rem 0; }
.source, .code { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 0.7rem 0.9rem; }
.source { position: relative; }
.count { float: right; margin-left: 0.8rem; color: var(--quiet); font-size: 0.68rem; user-select: none; }
@media (min-width: 62rem) {
  .count { float: none; position: absolute; right: calc(100% + 0.7rem); top: 0.8rem; }
}
.anchor { margin-left: 0.4em; color: var(--quiet); text-decoration: none; opacity: 0; }
h1:hover .anchor, h2:hover .anchor, h3:hover .anchor, h4:hover .anchor, .anchor:focus { opacity: 1; }
.fold summary { cursor: pointer; font: 0.82rem ${sans}; color: var(--link); padding: 0.3rem 0; width: fit-content; }
.fold:not([open]) + .folded { display: none; }
.folded > .source { margin: 0.3rem 0 0.6rem; }
.files { font: 0.82rem ${sans}; color: var(--quiet); margin: 0.5rem 0; }
.badge { display: inline-block; font-size: 0.72rem; color: var(--quiet); border: 1px solid var(--line); border-radius: 1em; padding: 0 0.6em; margin-bottom: 0.3rem; }
.outputs { margin: 0.5rem 0 0; }
.outputs > * { margin: 0.5rem 0; }
.outputs pre { padding: 0.2rem 0.9rem; max-height: 32rem; overflow: auto; }
.stderr { background: var(--warn-back); border-left: 3px solid #c98a00; }
.error { background: var(--bad-back); border-left: 3px solid var(--bad); padding: 0.5rem 0; }
.error strong { color: var(--bad); padding: 0 0.9rem; font-family: inherit; overflow-wrap: anywhere; }
.html { overflow-x: auto; }
table { margin: 1rem 0; border-collapse: collapse; font-size: 0.85rem; display: block; overflow-x: auto; max-width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 0.3rem 0.8rem; vertical-align: top; }
th:not([align]), td:not([align]) { text-align: left; }
th { font-weight: 600; }
.html td { font-variant-numeric: tabular-nums; }
.plot { margin: 0.8rem 0; width: var(--width); max-width: 100%; overflow: hidden; background: #ffffff; color: #222222; border-radius: 6px; }
.plot .frame { position: relative; aspect-ratio: var(--shape); }
.plot img { display: block; width: 100%; height: 100%; object-fit: contain; object-position: top; }
.plot .drawing { position: absolute; inset: 0; }
.plot.drawn img { opacity: 0; }
.plot figcaption { display: none; font: 600 0.85rem/1.35 ${sans}; padding: 0.5rem 0.6rem 0.2rem; }
@media (max-width: 35rem) {
  .script .plot { width: auto; }
  .script .plot figcaption { display: block; }
  .script .plot .frame { aspect-ratio: auto; height: calc(max(75vw, var(--rows)) + var(--legend)); }
}
.picture img { background: #ffffff; border-radius: 6px; }
[lang='zh'] { font-family: ${chinese}, ${sans}; }
.source a { color: inherit; text-decoration: underline dotted; text-decoration-color: var(--quiet); }
.source a:hover { color: var(--link); text-decoration-style: solid; }
.introduction .lead { font-size: 1.1rem; max-width: 46rem; margin-top: 0; }
.start { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1rem 2rem; align-items: start; }
.start dl { margin: 0; font-size: 0.88rem; }
.start dt { font-weight: 600; float: left; margin-right: 0.4em; }
.start dd { margin: 0 0 0.4rem; }
.cards { list-style: none; margin: 1rem 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); gap: 1.2rem; }
.card { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.card > div:last-child { padding: 0.2rem 1rem 0.8rem; }
.card h3 { margin: 0.6rem 0 0.3rem; font-size: 1.1rem; }
.card p { margin: 0.3rem 0; font-size: 0.9rem; line-height: 1.45; }
.card p.facts, .facts { font-size: 0.78rem; color: var(--quiet); }
.card.open { color: var(--quiet); }
.number { color: var(--quiet); font-size: 0.85em; font-weight: 400; margin-right: 0.2em; }
.thumbnail { background: #ffffff; aspect-ratio: 14 / 9; border-bottom: 1px solid var(--line); }
.card.open .thumbnail, .thumbnail:empty { background: var(--raised); }
.thumbnail img { display: block; width: 100%; height: 100%; object-fit: contain; }
.listing { padding: 1rem 1.25rem 3rem; }
.listing h1 { font: 600 1.1rem ${sans}; overflow-wrap: anywhere; }
.listing > div { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 1rem; }
.listing pre { white-space: pre; overflow-x: auto; }
.lines { text-align: right; user-select: none; }
.lines a { color: var(--quiet); text-decoration: none; }
.lines a:target { color: var(--text); background: var(--warn-back); font-weight: 700; }
.page.cover { grid-template-columns: minmax(0, 76rem); }
.finder { width: min(44rem, 94vw); max-height: 84vh; margin: 6vh auto; padding: 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--page); color: var(--text); overflow: auto; }
.finder::backdrop { background: #0007; }
.finder form { display: grid; grid-template-columns: 1fr auto; gap: 0.4rem 0.6rem; }
.finder label { grid-column: 1 / -1; font-size: 0.82rem; color: var(--quiet); }
.finder input { font: 1rem ${sans}; padding: 0.4rem 0.6rem; color: var(--text); background: var(--raised); border: 1px solid var(--quiet); border-radius: 5px; min-width: 0; }
.results { list-style: none; margin: 0; padding: 0; }
.results li { border-top: 1px solid var(--line); padding: 0.6rem 0; }
.results a { font-weight: 600; margin-right: 0.6em; }
.results p { margin: 0.2rem 0 0; font-size: 0.85rem; line-height: 1.45; overflow-wrap: anywhere; }
mark { background: #ffe58a; color: #1f2328; border-radius: 2px; }
.good { color: var(--good); } .bad { color: var(--bad); }
.problem { background: var(--bad-back); border-left: 3px solid var(--bad); padding: 0.5rem 0.9rem; overflow-wrap: anywhere; }
.note { color: var(--quiet); font-size: 0.82rem; }
.hljs-keyword, .hljs-built_in.hljs-keyword { color: var(--keyword); }
.hljs-string, .hljs-regexp, .hljs-attr { color: var(--string); }
.hljs-number, .hljs-literal { color: var(--number); }
.hljs-comment { color: var(--comment); font-style: italic; }
.hljs-title { color: var(--title); }
.hljs-type, .hljs-built_in, .hljs-title.class_ { color: var(--type); }
@media (prefers-color-scheme: dark) {
  .html [style*='color:#2e7d32'] { color: var(--good) !important; }
  .html [style*='color:#c62828'] { color: var(--bad) !important; }
  .html [style='color:#777'] { color: var(--quiet) !important; }
}
@media (max-width: 40rem) {
  body { font-size: 16px; }
  .page { padding: 0.75rem 0.9rem 3rem; }
  .top { padding: 0.6rem 0.9rem; }
  .menu ol { left: 0; right: auto; }
  h1 { font-size: 1.6rem; }
  th, td { padding: 0.3rem 0.5rem; }
}
@media print {
  :root { --text: #000; --quiet: #444; --page: #fff; --raised: #f6f6f6; --line: #ccc; --link: #000; --bad-back: #fff; --warn-back: #fff; }
  .top, .turn, .contents, .fold, .anchor, .files, .copy, .skip, .plot .drawing { display: none !important; }
  .plot.drawn img { opacity: 1; }
  .script .plot figcaption { display: none; }
  .script .plot .frame { aspect-ratio: var(--shape); height: auto; }
  .fold:not([open]) + .folded { display: block; }
  .count { position: static; float: right; }
  .page, .page.with-contents { display: block; padding: 0; }
  .outputs pre { max-height: none; }
  .plot, .source, .picture, .card { break-inside: avoid; }
  h1, h2, h3 { break-after: avoid; }
}
`.trimStart();

/** The look of the book: one style sheet for light, dark, narrow screens and paper. */

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
nav, .contents, .badge, .count, table.chapters, footer, .note { font-family: system-ui, 'Segoe UI', Verdana, 'DejaVu Sans', sans-serif; }
nav { display: flex; justify-content: space-between; gap: 1rem; font-size: 0.82rem; padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
nav.after { border: 0; border-top: 1px solid var(--line); margin-top: 3rem; }
nav span:empty { flex: 1; }
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
.text > :not(pre, table) { max-width: 46rem; }
.text math[display='block'] { overflow-x: auto; margin: 1rem 0; }
code, pre, .count { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 0.78em; }
.text :not(pre) > code { background: var(--raised); border-radius: 3px; padding: 0.1em 0.3em; overflow-wrap: anywhere; }
pre { margin: 0; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; }
pre code { font-size: 1em; }
.cell { margin: 1.2rem 0; }
.source, .text pre { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 0.7rem 0.9rem; }
.source { position: relative; }
.count { float: right; margin-left: 0.8rem; color: var(--quiet); font-size: 0.68rem; user-select: none; }
@media (min-width: 62rem) {
  .count { float: none; position: absolute; right: calc(100% + 0.7rem); top: 0.8rem; }
}
.anchor { margin-left: 0.4em; color: var(--quiet); text-decoration: none; opacity: 0; }
h1:hover .anchor, h2:hover .anchor, h3:hover .anchor, h4:hover .anchor, .anchor:focus { opacity: 1; }
.fold summary { cursor: pointer; font: 0.82rem system-ui, 'Segoe UI', Verdana, 'DejaVu Sans', sans-serif; color: var(--link); padding: 0.3rem 0; width: fit-content; }
.fold:not([open]) + .folded { display: none; }
.folded > .source { margin: 0.3rem 0 0.6rem; }
.files { font: 0.82rem system-ui, 'Segoe UI', Verdana, 'DejaVu Sans', sans-serif; color: var(--quiet); margin: 0.5rem 0; }
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
.plot { position: relative; margin: 0.8rem 0; max-width: 100%; overflow: hidden; background: #ffffff; color: #222222; border-radius: 6px; }
.plot img { display: block; width: 100%; height: 100%; object-fit: contain; }
.plot .drawing { position: absolute; inset: 0; }
.plot.drawn img { visibility: hidden; }
.plot figcaption { font: 600 0.85rem/1.35 system-ui, 'Segoe UI', Verdana, 'DejaVu Sans', sans-serif; padding: 0.5rem 0.6rem 0.2rem; }
.plot.narrow { aspect-ratio: auto !important; width: 100% !important; }
.plot.narrow img { height: auto; }
.plot.narrow.drawn img { display: none; }
.plot.narrow .drawing { position: static; }
.picture img { background: #ffffff; border-radius: 6px; }
table.chapters { display: table; width: 100%; font-size: 0.92rem; }
table.chapters td { vertical-align: baseline; }
table.chapters td:first-child, table.chapters th:last-child, table.chapters td:last-child { text-align: right !important; white-space: nowrap; font-variant-numeric: tabular-nums; }
table.chapters .note { display: block; }
table.chapters tr.open { color: var(--quiet); }
.good { color: var(--good); } .bad { color: var(--bad); }
.problem { background: var(--bad-back); border-left: 3px solid var(--bad); padding: 0.5rem 0.9rem; overflow-wrap: anywhere; }
.note, footer { color: var(--quiet); font-size: 0.82rem; }
.hljs-keyword, .hljs-built_in.hljs-keyword { color: var(--keyword); }
.hljs-string, .hljs-regexp, .hljs-attr { color: var(--string); }
.hljs-number, .hljs-literal { color: var(--number); }
.hljs-comment { color: var(--comment); font-style: italic; }
.hljs-title { color: var(--title); }
.hljs-type, .hljs-built_in, .hljs-title.class_ { color: var(--type); }
@media (max-width: 40rem) {
  body { font-size: 16px; }
  .page { padding: 0.75rem 0.9rem 3rem; }
  h1 { font-size: 1.6rem; }
  table.chapters th:nth-child(3), table.chapters td:nth-child(3) { display: none; }
  th, td { padding: 0.3rem 0.5rem; }
}
@media print {
  :root { --text: #000; --quiet: #444; --page: #fff; --raised: #f6f6f6; --line: #ccc; --link: #000; --bad-back: #fff; --warn-back: #fff; }
  nav, .contents, .fold, .anchor, .files { display: none; }
  .fold:not([open]) + .folded { display: block; }
  .count { position: static; float: right; }
  .page, .page.with-contents { display: block; padding: 0; }
  .outputs pre { max-height: none; }
  .plot, .source, .picture { break-inside: avoid; }
  h1, h2, h3 { break-after: avoid; }
}
`.trimStart();

import { startBrowser, listenTo, seeFigures, emptyPictures, axeProblems, widthTooMuch } from '/work/wt/book/tests/workbook/book/browser.ts';
import { readdirSync } from 'node:fs';
const b = (await startBrowser({diagnostic:console.log} as any))!;
const base='file:///work/wt/book/out/book/';
const names = process.argv.slice(2).length? process.argv.slice(2): readdirSync('/work/wt/book/out/book').filter(f=>f.endsWith('.html'));
for (const n of names) { const t=performance.now();
  const p = await b.newPage({viewport:{width:1280,height:900}}); const probs=listenTo(p);
  await p.addInitScript(()=>{ (window as any).shift=0; (window as any).shifts=[]; new PerformanceObserver(l=>{ for(const e of l.getEntries() as any) { if(!e.hadRecentInput) {(window as any).shift+=e.value; (window as any).shifts.push(e.sources?.map((s:any)=>s.node?.nodeName+'.'+s.node?.className).join())} }}).observe({type:'layout-shift',buffered:true}); });
  await p.goto(base+n);
  const out: any = {};
  out.missing=await seeFigures(p); out.empty=await emptyPictures(p);
  out.shift=await p.evaluate(()=>[(window as any).shift, (window as any).shifts]);
  out.axe=await axeProblems(p); await p.emulateMedia({colorScheme:'dark'}); out.dark=await axeProblems(p);
  await p.emulateMedia({colorScheme:'light'}); await p.setViewportSize({width:390,height:844}); await p.waitForTimeout(300); out.m2=await seeFigures(p); out.wide=await widthTooMuch(p);
  out.axePhone=await axeProblems(p);
  console.log(n, ((performance.now()-t)/1000).toFixed(1), JSON.stringify({...out,probs},null,1)); await p.close();
}
await b.close();

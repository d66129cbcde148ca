/**
 * The script of the book: swaps the picture of a plot for the plot itself when the reader comes near. Plotly, 4.8 MB,
 * is loaded with the first one, so a page without plots, and a page that is only opened, stays light. Where no script
 * runs, or a plot cannot be drawn, the picture stays.
 */

/** The text of `assets/book.js`. */
export const bookScript = `
(() => {
  const folder = document.currentScript.src.replace(/[^/]*$/, '');
  let loading;
  const loadPlotly = () => (loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = folder + 'plotly.min.js';
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error('plotly.min.js is missing'));
    document.head.append(script);
  }));
  // Where a plot would be too small for its fonts: title as text above it, legend below, and as high as it needs to be.
  const narrow = 520;
  const wrapped = (text, width) => text.replace(new RegExp('(.{1,' + width + '})(?: +|$)', 'g'), '$1<br>').replace(/(<br>)+$/, '');
  const small = (plot, data, layout) => {
    const width = plot.clientWidth;
    const axis = (from = {}, more = {}) => ({ ...from, automargin: true, tickfont: { size: 10 }, nticks: { category: 0, log: 4 }[from.type] ?? 6,
      title: { ...from.title, text: wrapped((from.title?.text ?? '').replace(/<br>/g, ' '), 36), font: { size: 10 }, standoff: 6 }, ...more });
    const bars = data.filter(({ orientation, type }) => orientation === 'h' || type === 'funnel' || type === 'heatmap');
    const rows = Math.max(0, ...bars.map(({ y, z }) => (y ?? z ?? []).length)) * Math.max(1, bars.length);
    const legend = data.length > 1 && layout.showlegend !== false ? 18 * data.length + 20 : 0;
    const names = [...new Set(bars.flatMap(({ y }) => y ?? []))].map(String);
    const long = names.some((name) => name.length > 14);
    const yaxis = axis(layout.yaxis, long ? { tickvals: names, ticktext: names.map((name) => wrapped(name, 14)) } : {});
    const room = bars.some(({ text }) => text) && layout.xaxis?.range ? { range: [layout.xaxis.range[0], 1.4 * layout.xaxis.range[1]] } : {};
    const xaxis = axis(layout.xaxis, room);
    return { ...layout, title: undefined, width, height: Math.max(0.8 * width, 26 * rows + 110) + legend, autosize: false,
      font: { ...layout.font, size: 10 }, margin: { l: 40, r: 12, t: 12, b: 40 }, xaxis, yaxis,
      uniformtext: { minsize: 8, mode: 'show' },
      legend: { orientation: 'h', x: 0, xanchor: 'left', yref: 'container', y: 0, yanchor: 'bottom', font: { size: 10 } } };
  };
  const sizeOf = (plot) => ({ width: plot.clientWidth, height: plot.clientHeight, autosize: false });
  const drawn = new Map();
  const draw = async (plot) => {
    const Plotly = await loadPlotly();
    const { data, layout, config, frames } = JSON.parse(plot.querySelector('script').textContent);
    const div = document.createElement('div');
    div.className = 'drawing';
    plot.append(div);
    const isNarrow = plot.clientWidth < narrow;
    plot.classList.toggle('narrow', isNarrow);
    plot.querySelector('figcaption').hidden = !isNarrow;
    try {
      const fitted = isNarrow ? small(plot, data, layout) : { ...layout, ...sizeOf(plot) };
      await Plotly.newPlot(div, { data, layout: fitted, frames,
        config: { displaylogo: false, displayModeBar: false, ...config, responsive: false } });
      plot.classList.add('drawn');
      drawn.set(plot, div);
    } catch (error) {
      div.remove();
      console.error(error);
    }
  };
  let last = Promise.resolve();
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      last = last.then(() => draw(target)).catch((error) => console.error(error));
    }
  }, { rootMargin: '600px' });
  if (innerWidth < 1200) document.querySelector('.contents details')?.removeAttribute('open');
  for (const plot of document.querySelectorAll('.plot')) near.observe(plot);
  const links = new Map([...document.querySelectorAll('.contents a')].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120).at(-1);
    for (const [id, link] of links) link.toggleAttribute('aria-current', id === passed?.id);
  };
  addEventListener('scroll', mark, { passive: true });
  mark();
  let timer;
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth === width) return; // a phone's address bar comes and goes
    width = innerWidth;
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const [plot, div] of drawn) {
        window.Plotly.purge(div);
        div.remove();
        drawn.delete(plot);
        plot.classList.remove('drawn', 'narrow');
        near.observe(plot);
      }
    }, 200);
  });
})();
`.trimStart();

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
  const sizeOf = (plot) => ({ width: plot.clientWidth, height: plot.clientHeight, autosize: false });
  const drawn = new Map();
  const draw = async (plot) => {
    const Plotly = await loadPlotly();
    const { data, layout, config, frames } = JSON.parse(plot.querySelector('script').textContent);
    const div = document.createElement('div');
    div.className = 'drawing';
    plot.append(div);
    try {
      await Plotly.newPlot(div, { data, layout: { ...layout, ...sizeOf(plot) }, frames,
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
  let timer;
  addEventListener('resize', () => {
    clearTimeout(timer);
    timer = setTimeout(() => { for (const [plot, div] of drawn) window.Plotly.relayout(div, sizeOf(plot)); }, 200);
  });
})();
`.trimStart();

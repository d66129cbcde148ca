/**
 * Swaps the picture of a plot for the plot itself when the reader comes near. Plotly, 4.8 MB, is loaded with the first
 * one, so a page without plots, and a page that is only opened, stays light. The frame keeps its size, so that nothing
 * on the page moves. Where a plot cannot be drawn, the picture stays.
 */

/** A part of `bookScript`; it uses `load`. */
export const figuresScript = `
  // Where a plot would be too small for its fonts: title as text above it, legend below, and as high as its frame is.
  const phone = matchMedia('(max-width: 35rem)');
  const wrapped = (text, width) => text.replace(new RegExp('(.{1,' + width + '})(?: +|$)', 'g'), '$1<br>').replace(/(<br>)+$/, '');
  const small = (data, layout, size) => {
    const axis = (from = {}, more = {}) => ({ ...from, automargin: true, tickfont: { size: 10 }, nticks: { category: 0, log: 4 }[from.type] ?? 6,
      title: { ...from.title, text: wrapped((from.title?.text ?? '').replace(/<br>/g, ' '), 36), font: { size: 10 }, standoff: 6 }, ...more });
    const bars = data.filter(({ orientation, type }) => orientation === 'h' || type === 'funnel' || type === 'heatmap');
    const names = [...new Set(bars.flatMap(({ y }) => y ?? []))].map(String);
    const long = names.some((name) => name.length > 14);
    const yaxis = axis(layout.yaxis, long ? { tickvals: names, ticktext: names.map((name) => wrapped(name, 14)) } : {});
    const room = bars.some(({ text }) => text) && layout.xaxis?.range ? { range: [layout.xaxis.range[0], 1.4 * layout.xaxis.range[1]] } : {};
    const xaxis = axis(layout.xaxis, room);
    return { ...layout, ...size, title: undefined, autosize: false,
      font: { ...layout.font, size: 10 }, margin: { l: 40, r: 12, t: 12, b: 40 }, xaxis, yaxis,
      uniformtext: { minsize: 8, mode: 'show' },
      legend: { orientation: 'h', x: 0, xanchor: 'left', yref: 'container', y: 0, yanchor: 'bottom', font: { size: 10 } } };
  };
  const drawn = new Map();
  const draw = async (plot) => {
    const file = plot.dataset.figure;
    await Promise.all([load('assets/plotly.min.js'), load(file)]);
    const { data, layout, config, frames } = structuredClone(window.bookFigures[file]); // Plotly writes into it
    const frame = plot.querySelector('.frame');
    const div = document.createElement('div');
    div.className = 'drawing';
    div.setAttribute('aria-hidden', 'true'); // the picture beneath says what it shows
    frame.append(div);
    const size = { width: frame.clientWidth, height: frame.clientHeight };
    try {
      const fitted = phone.matches ? small(data, layout, size) : { ...layout, ...size, autosize: false };
      await window.Plotly.newPlot(div, { data, layout: fitted, frames,
        config: { displaylogo: false, displayModeBar: false, ...config, responsive: false } });
      plot.classList.add('drawn');
      drawn.set(plot, div);
    } catch (error) {
      div.remove();
      throw error;
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
  for (const plot of document.querySelectorAll('.plot')) near.observe(plot);
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
        plot.classList.remove('drawn');
        near.observe(plot);
      }
    }, 200);
  });
`.trimStart();

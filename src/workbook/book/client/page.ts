/** What a page does: it marks the heading that is read, copies code, and lets keys scroll what is wider than the page. */

/** A part of `bookScript`. */
export const pageScript = `
  if (innerWidth < 1200) document.querySelector('.contents details')?.removeAttribute('open');
  const links = new Map([...document.querySelectorAll('.contents a')].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120).at(-1);
    for (const [id, link] of links) {
      if (id === passed?.id) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  };
  addEventListener('scroll', mark, { passive: true });
  mark();
  const menu = document.querySelector('.menu');
  addEventListener('click', ({ target }) => { if (menu && !menu.contains(target)) menu.open = false; });
  addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !menu?.open) return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });
  const copy = async (code) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      return true;
    } catch { // a browser that gives no clipboard to a page from a disk
      getSelection().selectAllChildren(code);
      return document.execCommand('copy');
    }
  };
  for (const code of document.querySelectorAll('.source > pre > code, .code > pre > code')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.onclick = async () => {
      button.textContent = await copy(code) ? 'Copied' : 'Selected';
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    };
    code.parentElement.after(button);
  }
  const sized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const scrolls = target.scrollWidth > target.clientWidth + 1 || target.scrollHeight > target.clientHeight + 1;
      if (scrolls) target.tabIndex = 0;
      else target.removeAttribute('tabindex');
    }
  });
  for (const wide of document.querySelectorAll('.outputs pre, .html, table, math[display=block]')) sized.observe(wide);
`.trimStart();

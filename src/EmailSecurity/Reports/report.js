(() => {
  'use strict';
  const list = document.getElementById('domains');
  const items = Array.from(list.children);
  const toolbar = document.getElementById('toolbar');
  addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details')) { details.open = true; }
  });
  if (!toolbar) { return; }

  const search = document.getElementById('search');
  const status = document.getElementById('status');
  const sort = document.getElementById('sort');
  const shown = document.getElementById('shown');
  const cards = Array.from(document.querySelectorAll('button.card'));
  const text = new Map(items.map(item => [item, (item.dataset.name + ' ' + item.dataset.codes).toLowerCase()]));
  const number = name => (a, b) => Number(a.dataset[name]) - Number(b.dataset[name]);
  const byName = (a, b) => a.dataset.name.localeCompare(b.dataset.name, 'en');
  const orders = {
    worst: (a, b) => number('rank')(a, b) || number('errors')(b, a) || number('warnings')(b, a) || byName(a, b),
    name: byName,
    findings: (a, b) => number('errors')(b, a) || number('warnings')(b, a) || byName(a, b),
    end: (a, b) => number('end')(a, b) || byName(a, b)
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(word => word.length);
    const rank = status.value;
    const fits = items.filter(item => (rank === '' || item.dataset.rank === rank) ? words.every(word => text.get(item).includes(word)) : false);
    // One change of the list instead of one for each domain: thousands take no longer than a few.
    list.replaceChildren(...fits);
    shown.textContent = (fits.length === items.length ? '' : fits.length + ' of ') + items.length + ' domains';
    for (const card of cards) { card.setAttribute('aria-pressed', String(rank === card.dataset.rank)); }
  };

  search.addEventListener('input', filter);
  status.addEventListener('change', filter);
  sort.addEventListener('change', () => {
    items.sort(orders[sort.value]);
    filter();
  });
  for (const card of cards) {
    card.disabled = false;
    card.addEventListener('click', () => {
      status.value = status.value === card.dataset.rank ? '' : card.dataset.rank;
      filter();
    });
  }
  toolbar.hidden = false;
})();

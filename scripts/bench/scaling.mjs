// How the time of a step grows with the batch, the width and the depth of a network, beside PyTorch: docs/scaling.svg.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/root.mjs';
import { say } from '../setup/say.mjs';
import { median, start } from './sides.mjs';

const panels = [
  {
    title: 'Batch',
    note: 'width 256, 2 hidden layers',
    sizes: [1, 4, 16, 64, 256, 1024],
    name: (n) => `mlp_b${n}_w256_d2`,
  },
  {
    title: 'Width',
    note: 'batch 64, 2 hidden layers',
    sizes: [16, 64, 256, 1024, 4096],
    name: (n) => `mlp_b64_w${n}_d2`,
  },
  { title: 'Depth', note: 'batch 64, width 64', sizes: [1, 2, 4, 8, 16, 32, 64], name: (n) => `mlp_b64_w64_d${n}` },
];
const rounds = 5;
const roundMilliseconds = 300;
const lines = [
  { side: 'torch', label: 'PyTorch', colour: '#b45309', dash: '' },
  { side: 'flint', label: 'Flint', colour: '#1d4ed8', dash: '5 3' },
  { side: 'flint_compiled', label: 'Flint, compile(step)', colour: '#1d4ed8', dash: '' },
];

async function measure(program, name) {
  const python = process.env.FLINT_PEER_PYTHON;
  const sides = {
    flint: await start(process.execPath, [program, name]),
    flint_compiled: await start(process.execPath, [program, name, 'compile']),
  };
  if (python) sides.torch = await start(python, [join(root, 'bench/torch_rounds.py'), name]);
  const times = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  for (let i = 0; i < rounds; i++)
    for (const [side, process] of Object.entries(sides)) times[side].push((await process.round(roundMilliseconds)).us);
  for (const process of Object.values(sides)) process.end();
  return Object.fromEntries(Object.entries(times).map(([side, list]) => [side, Number(median(list).toFixed(1))]));
}

const [panelWidth, panelHeight, left, top] = [270, 210, 52, 46];

/** One panel: both axes logarithmic. */
function panelOf({ title, note, sizes }, rows, at) {
  const all = rows.flatMap((row) => Object.values(row));
  const [low, high] = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)))];
  const x = (i) => left + (i / (sizes.length - 1)) * (panelWidth - left - 14);
  const y = (us) => top + panelHeight - ((Math.log10(us) - low) / (high - low)) * panelHeight;
  const unit = (power) =>
    power >= 6 ? `${10 ** (power - 6)} s` : power >= 3 ? `${10 ** (power - 3)} ms` : `${10 ** power} µs`;
  const grid = Array.from({ length: high - low + 1 }, (_, i) => low + i).map(
    (power) =>
      `<line x1="${left}" x2="${panelWidth - 14}" y1="${y(10 ** power)}" y2="${y(10 ** power)}" stroke="#d4d4d8"/>` +
      `<text x="${left - 6}" y="${y(10 ** power) + 4}" text-anchor="end">${unit(power)}</text>`,
  );
  const ticks = sizes.map((n, i) => `<text x="${x(i)}" y="${top + panelHeight + 18}" text-anchor="middle">${n}</text>`);
  const drawn = lines
    .filter(({ side }) => side in rows[0])
    .map(({ side, colour, dash }) => {
      const points = rows.map((row, i) => `${x(i).toFixed(1)},${y(row[side]).toFixed(1)}`).join(' ');
      return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`;
    });
  return `<g transform="translate(${at * panelWidth},0)"><text x="${left}" y="22" font-weight="600">${title}</text><text x="${left}" y="38" fill="#52525b">${note}</text>${grid.join('')}${ticks.join('')}${drawn.join('')}</g>`;
}

function plot(results) {
  const width = panels.length * panelWidth;
  const height = top + panelHeight + 64;
  const legend = lines.map(
    ({ label, colour, dash }, i) =>
      `<g transform="translate(${left + i * 170},${height - 20})"><line x1="0" x2="26" y1="-4" y2="-4" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/><text x="32" y="0">${label}</text></g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" fill="#18181b" role="img" aria-label="Time per training step against batch, width and depth">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${panels.map((panel, i) => panelOf(panel, results[i], i)).join('\n')}
${legend.join('')}
</svg>
`;
}

/** Measures all sizes, prints them as JSON lines, and draws them. */
export async function scaling(program) {
  const results = [];
  for (const panel of panels) {
    const rows = [];
    for (const size of panel.sizes) {
      const us = await measure(program, panel.name(size));
      rows.push(us);
      const fastest = Math.min(us.flint, us.flint_compiled);
      const ratio = us.torch
        ? { ratio: Number((us.torch / fastest).toFixed(2)), eager_ratio: Number((us.torch / us.flint).toFixed(2)) }
        : {};
      console.log(JSON.stringify({ name: panel.name(size), ...us, ...ratio }));
    }
    results.push(rows);
  }
  if (!process.env.FLINT_PEER_PYTHON) return;
  writeFileSync(join(root, 'docs/scaling.svg'), plot(results));
  say('docs/scaling.svg written');
}

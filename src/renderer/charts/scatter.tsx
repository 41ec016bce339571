// Points with labels and classes: names where there is room, all of it when a point is pointed at. Drag over x to look closer.
import { useMemo, useState } from 'react';
import { token, useTheme } from '../theme.ts';
import { EChart } from './echart.tsx';
import { scatterOption, shapeOf, type Scatter } from './scatter-option.ts';

const colours = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const glyphs: Record<string, string> = { circle: '●', triangle: '▲', rect: '■', diamond: '◆', pin: '▼' };
const nothing = () => {};

export function ScatterView({ scatter }: { scatter: Scatter }) {
  const theme = useTheme();
  const [range, setRange] = useState<readonly [number, number] | null>(null);
  const option = useMemo(() => {
    void theme; // the tokens are other ones in the other theme
    const look = {
      ink: token('--ink-2'),
      line: token('--line'),
      surface: token('--surface'),
      font: token('--font'),
      traces: colours.map((i) => token(`--trace-${i}`)),
    };
    return scatterOption(scatter, look, range);
  }, [scatter, range, theme]);
  return (
    <div className="viz-scatter">
      <EChart option={option} onWidth={nothing} onRange={(a, b) => setRange([a, b])} onReset={() => setRange(null)} />
      <ul className="legend">
        {scatter.classes.map((name, i) => (
          <li key={name}>
            <span aria-hidden style={{ color: `var(--trace-${(i % 8) + 1})` }}>
              {glyphs[shapeOf(i)]}
            </span>{' '}
            {name}
          </li>
        ))}
      </ul>
    </div>
  );
}

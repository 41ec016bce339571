// ECharts in React: one instance a visible chart, redrawn whole when its option changes, the size of its box.
import { LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { LabelLayout } from 'echarts/features';
import { init, use as register, type EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react';

register([LineChart, ScatterChart, GridComponent, TooltipComponent, LabelLayout, CanvasRenderer]);

export interface ChartHandle {
  /** The picture as a data URL. */
  picture(background: string): string;
}
interface EChartProps {
  option: Record<string, unknown>;
  /** Told of the width in pixels, of a range dragged over x, and of a double click. */
  onWidth: (pixels: number) => void;
  onRange: (from: number, to: number) => void;
  onReset: () => void;
  ref?: Ref<ChartHandle>;
}

export function EChart({ option, onWidth, onRange, onReset, ref }: EChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const acts = useRef({ onWidth, onRange, onReset });
  useEffect(() => {
    acts.current = { onWidth, onRange, onReset };
  });
  useImperativeHandle(ref, () => ({
    picture: (background) => chart.current!.getDataURL({ pixelRatio: 2, backgroundColor: background }),
  }));
  useEffect(() => {
    const box = host.current!;
    const made = init(box, null, { renderer: 'canvas' });
    chart.current = made;
    const watch = new ResizeObserver(() => {
      made.resize();
      acts.current.onWidth(Math.max(50, box.clientWidth - 68));
    });
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true, lazyUpdate: true });
  }, [option]);

  const start = useRef<number | null>(null);
  const band = useRef<HTMLDivElement>(null);
  const xAt = (clientX: number): number => {
    const left = host.current!.getBoundingClientRect().left;
    return (chart.current!.convertFromPixel({ gridIndex: 0 }, [clientX - left, 0]) as number[])[0]!;
  };
  const drawBand = (from: number, to: number) => {
    const left = host.current!.getBoundingClientRect().left;
    Object.assign(band.current!.style, {
      display: 'block',
      left: `${Math.min(from, to) - left}px`,
      width: `${Math.abs(to - from)}px`,
    });
  };
  return (
    <div
      className="chart-box"
      onPointerDown={(e) => {
        if (e.button !== 0) return;
        start.current = e.clientX;
        e.currentTarget.setPointerCapture(e.pointerId);
      }}
      onPointerMove={(e) =>
        start.current !== null && Math.abs(e.clientX - start.current) > 4 && drawBand(start.current, e.clientX)
      }
      onPointerUp={(e) => {
        const from = start.current;
        start.current = null;
        band.current!.style.display = 'none';
        if (from !== null && Math.abs(e.clientX - from) > 4) {
          const [a, b] = [xAt(from), xAt(e.clientX)];
          acts.current.onRange(Math.min(a, b), Math.max(a, b));
        }
      }}
      onDoubleClick={onReset}
    >
      <div ref={host} className="chart-canvas" />
      <div ref={band} className="chart-band" />
    </div>
  );
}

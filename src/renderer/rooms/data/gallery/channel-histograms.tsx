// How often each value occurs, one curve a channel.
import { useMessages } from '../../../messages/use-messages.ts';
import type { Messages } from '../../../messages/en.ts';
import type { ChannelNumbers } from './pixels.ts';

const width = 256;
const height = 64;

/** Red, green and blue in colours of their own; grey in ink. */
export const channelColour = (channel: number, channels: number): string =>
  channels < 3 ? 'var(--ink-2)' : ['var(--channel-red)', 'var(--channel-green)', 'var(--channel-blue)'][channel]!;

/** What a channel is called: fewer than three are grey. */
export const channelName = (m: Messages, channel: number, channels: number): string =>
  m.gallery.channelNames[channels < 3 ? 'grey' : (['red', 'green', 'blue'] as const)[channel]!];

export function ChannelHistograms({ channels }: { channels: ChannelNumbers[] }) {
  const m = useMessages();
  const most = Math.max(1, ...channels.flatMap(({ histogram }) => histogram));
  const path = ({ histogram }: ChannelNumbers) => {
    const step = width / histogram.length;
    const tops = histogram.map((n, i) => {
      // By roots, so that a flat ground does not flatten all the rest.
      const y = (height - height * Math.sqrt(n / most)).toFixed(1);
      return `L${(i * step).toFixed(1)},${y}L${((i + 1) * step).toFixed(1)},${y}`;
    });
    return `M0,${height}${tops.join('')}L${width},${height}Z`;
  };
  return (
    <svg
      className="histogram"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={m.gallery.histogram}
      preserveAspectRatio="none"
    >
      {channels.map((channel, c) => {
        const colour = channelColour(c, channels.length);
        return (
          <path
            key={c}
            d={path(channel)}
            fill={colour}
            fillOpacity={0.25}
            stroke={colour}
            strokeWidth={1}
            vectorEffect="non-scaling-stroke"
          />
        );
      })}
    </svg>
  );
}

// An image from its bytes on a canvas; small ones with hard edges, so that pixels can be told apart.
import { useEffect, useRef } from 'react';
import './augment.css';

interface PictureCanvasProps {
  picture: { width: number; height: number; pixels: Uint8Array | Uint8ClampedArray };
  /** For screen readers; without it the picture is an ornament of what stands beside. */
  name?: string;
  onPointerMove?: React.PointerEventHandler<HTMLCanvasElement>;
  onPointerLeave?: React.PointerEventHandler<HTMLCanvasElement>;
}

const small = 128;

export function PictureCanvas({ picture, name, ...pointer }: PictureCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, pixels } = picture;
  useEffect(() => {
    if (pixels.length !== width * height * 4 || pixels.length === 0) return;
    const bytes = new Uint8ClampedArray(pixels);
    canvas.current!.getContext('2d')!.putImageData(new ImageData(bytes, width, height), 0, 0);
  }, [pixels, width, height]);
  return (
    <canvas
      ref={canvas}
      width={width}
      height={height}
      className={width <= small && height <= small ? 'augment-picture hard' : 'augment-picture'}
      {...(name === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name })}
      {...pointer}
    />
  );
}

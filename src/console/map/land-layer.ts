// The ground of the map without any server of maps: coasts, borders and a net of degrees, drawn square by square from the file that came
// with the console. It knows no streets. Squares are drawn one after another and between them whoever uses the page is heard.
import { GridLayer, type Coords, type DoneCallback } from 'leaflet';
import { drawLine, type Land, type Line } from './land.js';

/** Of one turn of drawing; milliseconds. */
const turnMs = 6;

interface Colours {
  readonly sea: string;
  readonly land: string;
  readonly line: string;
}

const coloursOf = (element: HTMLElement): Colours => {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return { sea: of('--map-sea'), land: of('--map-land'), line: of('--map-line') };
};

/** Degrees between lines of the net, so that some stand in each window. */
const netStep = (zoom: number): number => {
  const wanted = 360 / 2 ** zoom;
  return (
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].find((each) => each >= wanted) ?? 30
  );
};

const latitudeAt = (y: number): number => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
const squareY = (latitude: number): number => 0.5 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI);

export class LandLayer extends GridLayer {
  /** Squares that wait to be drawn. */
  private readonly waiting = new Map<HTMLElement, () => void>();
  private timer: number | undefined;

  constructor(private readonly ground: Land) {
    super({ noWrap: true, updateWhenIdle: false, keepBuffer: 1 });
    this.on('tileunload', ({ tile }) => this.waiting.delete(tile));
  }

  override createTile(coords: Coords, done: DoneCallback): HTMLElement {
    const canvas = document.createElement('canvas');
    this.waiting.set(canvas, () => {
      this.draw(canvas, coords);
      done(undefined, canvas);
    });
    this.timer ??= window.setTimeout(() => this.drawSome(), 0);
    return canvas;
  }

  /** Draws for some milliseconds, at least one; the rest waits for the next turn. */
  private drawSome(): void {
    const until = performance.now() + turnMs;
    for (const [canvas, drawIt] of this.waiting) {
      this.waiting.delete(canvas);
      drawIt();
      if (performance.now() >= until) break;
    }
    this.timer = this.waiting.size > 0 ? window.setTimeout(() => this.drawSome(), 0) : undefined;
  }

  private draw(canvas: HTMLCanvasElement, { x, y, z }: Coords): void {
    const size = this.getTileSize().x;
    const sharp = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = canvas.height = size * sharp;
    const pen = canvas.getContext('2d');
    // The layer is on a map while it draws, and that map's element has the colours. One that was taken away draws nothing more.
    if (!pen || !this._map) return;
    const element = this._map.getContainer();
    pen.scale(sharp, sharp);
    const worlds = 2 ** z;
    const window_ = { x: x / worlds, y: y / worlds, pixels: size * worlds, size };
    const seen = ({ box: [west, north, east, south] }: Line): boolean =>
      west <= (x + 1) / worlds && east >= x / worlds && north <= (y + 1) / worlds && south >= y / worlds;
    const { sea, land, line } = coloursOf(element);
    pen.fillStyle = sea;
    pen.fillRect(0, 0, size, size);
    pen.beginPath();
    for (const each of this.ground.coasts) if (seen(each)) drawLine(pen, each, window_);
    pen.fillStyle = land;
    pen.fill('evenodd');
    pen.strokeStyle = line;
    pen.lineWidth = 1;
    pen.stroke();
    pen.beginPath();
    for (const each of this.ground.borders) if (seen(each)) drawLine(pen, each, window_);
    pen.setLineDash([6, 3]);
    pen.stroke();
    this.drawNet(pen, window_, z);
  }

  private drawNet(
    pen: CanvasRenderingContext2D,
    { x, y, pixels, size }: { readonly x: number; readonly y: number; readonly pixels: number; readonly size: number },
    zoom: number,
  ): void {
    const step = netStep(zoom);
    pen.setLineDash([1, 4]);
    pen.beginPath();
    const [west, east] = [x * 360 - 180, (x + size / pixels) * 360 - 180];
    for (let n = Math.ceil(west / step); n * step <= east; n += 1) {
      const at = ((n * step + 180) / 360 - x) * pixels;
      pen.moveTo(at, 0);
      pen.lineTo(at, size);
    }
    const [north, south] = [latitudeAt(y), latitudeAt(y + size / pixels)];
    for (let n = Math.ceil(south / step); n * step <= north; n += 1) {
      const at = (squareY(n * step) - y) * pixels;
      pen.moveTo(0, at);
      pen.lineTo(size, at);
    }
    pen.stroke();
  }
}

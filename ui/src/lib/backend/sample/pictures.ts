// Painted stand-ins for pictures: a small landscape made from the hash, so that each hash has its own.
const SKIES = [
  ['#f6d7b0', '#e79a6f', '#5a3a52'],
  ['#bfd9e6', '#8fb7c9', '#2f5266'],
  ['#f3e2c7', '#d8b98a', '#6b5a3c'],
  ['#d6cfe6', '#9c8fc2', '#3d3560'],
  ['#f7c9c0', '#d9786c', '#502a3a'],
  ['#cfe3cb', '#8db48a', '#2f4a3a'],
  ['#20304a', '#3a5578', '#0f1828'],
] as const;

export function shapeOf(hash: string): { width: number; height: number } {
  const shapes = [
    [1024, 1024],
    [1280, 960],
    [960, 1280],
    [1365, 768],
  ] as const;
  const [width, height] = shapes[seedOf(hash) % shapes.length] ?? shapes[0];
  return { width, height };
}

export function paint(hash: string): string {
  let seed = seedOf(hash);
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
  const { width, height } = shapeOf(hash);
  const [light, middle, deep] = SKIES[seedOf(hash) % SKIES.length] ?? SKIES[0];
  const hill = (top: number, swell: number, colour: string, opacity: number) => {
    const points = Array.from({ length: 9 }, (_, at) => [(at / 8) * width, height * top - random() * height * swell] as const);
    const path = points.map(([x, y], at) => {
      const before = points[at - 1];
      if (before === undefined) return `M0 ${String(height)} L${x.toFixed(0)} ${y.toFixed(0)}`;
      const half = (before[0] + x) / 2;
      return `C${half.toFixed(0)} ${before[1].toFixed(0)} ${half.toFixed(0)} ${y.toFixed(0)} ${x.toFixed(0)} ${y.toFixed(0)}`;
    });
    return `<path d="${path.join(' ')} L${String(width)} ${String(height)} Z" fill="${colour}" opacity="${String(opacity)}"/>`;
  };
  const sunX = width * (0.2 + random() * 0.6);
  const sunY = height * (0.2 + random() * 0.25);
  const birds = Array.from({ length: 4 }, () => {
    const [x, y] = [width * random(), height * (0.1 + random() * 0.3)];
    return `<path d="M${(x - 18).toFixed(0)} ${y.toFixed(0)} q9 -12 18 0 q9 -12 18 0" stroke="${deep}" stroke-width="4" fill="none" stroke-linecap="round"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}">
<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${middle}"/><stop offset=".65" stop-color="${light}"/></linearGradient></defs>
<rect width="100%" height="100%" fill="url(#s)"/>
<circle cx="${sunX.toFixed(0)}" cy="${sunY.toFixed(0)}" r="${(height * 0.11).toFixed(0)}" fill="#fff6df" opacity=".9"/>
${birds.join('')}
${hill(0.62, 0.16, middle, 0.7)}${hill(0.75, 0.14, deep, 0.55)}${hill(0.9, 0.12, deep, 0.95)}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function seedOf(hash: string): number {
  let seed = 7;
  for (const letter of hash) seed = (seed * 31 + letter.charCodeAt(0)) & 0x7fffffff;
  return seed;
}

import { type RandomStream, requireCounts, tf } from "../runtime";

/** Radius of the smallest disc, pixels; that of the largest is half the picture's side. */
const least = 2;

/** How far the colours of a disc's edge and centre may differ: a gentle shading. */
const shading = 0.15;

/** How far a channel may be from the grey of its disc. */
const colourfulness = 0.2;

/** Sub-pixels along a side, so that edges are smooth. */
const fineness = 2;

/**
 * A picture of dead leaves (Matheron 1968; Lee, Mumford and Huang 2001): discs of random colours lying on top of each
 * other, with radii of density r^-3, which gives the scale invariance and the edges of natural images, and nothing that
 * anyone has photographed.
 * @param size side of the square picture, pixels. @param index names the picture.
 * @returns [1, size, size, 3] in [0, 1], owned by the caller.
 * @throws RangeError when the size is no whole number of at least 4.
 */
export function drawDeadLeaves(size: number, random: RandomStream, index: number): tf.Tensor4D {
  requireCounts({ size });
  const largest = size / 2;
  if (largest < least) throw new RangeError(`size: got ${size}, want at least ${2 * least} pixels`);
  const draw = random.child("dead leaves").numbers(index);
  const side = size * fineness;
  const colours = new Float32Array(side * side * 3);
  const covered = new Uint8Array(side * side);
  let bare = side * side;
  // From the top leaf down: what is covered stays as it is, and the picture is done when nothing is bare.
  while (bare > 0) {
    // The inverse of the distribution function of r^-3 between the two radii.
    const radius = fineness / Math.sqrt(least ** -2 - draw() * (least ** -2 - largest ** -2));
    const [x, y] = [draw(), draw()].map((place) => place * (side + 2 * radius) - radius) as [number, number];
    const grey = draw();
    const colour = [draw(), draw(), draw()].map((value) => grey + (2 * value - 1) * colourfulness);
    const [tiltX, tiltY] = [draw(), draw()].map((tilt) => ((2 * tilt - 1) * shading) / radius) as [number, number];
    const [top, bottom] = [Math.max(0, Math.ceil(y - radius)), Math.min(side - 1, Math.floor(y + radius))];
    for (let row = top; row <= bottom; row++) {
      const half = Math.sqrt(radius ** 2 - (row - y) ** 2);
      const [left, right] = [Math.max(0, Math.ceil(x - half)), Math.min(side - 1, Math.floor(x + half))];
      for (let column = left; column <= right; column++) {
        const place = row * side + column;
        if (covered[place]) continue;
        covered[place] = 1;
        bare--;
        const shade = tiltX * (column - x) + tiltY * (row - y);
        for (let channel = 0; channel < 3; channel++) {
          colours[place * 3 + channel] = Math.min(1, Math.max(0, (colour[channel] as number) + shade));
        }
      }
    }
  }
  return tf.tidy(() => tf.avgPool(tf.tensor4d(colours, [1, side, side, 3]), fineness, fineness, "valid"));
}

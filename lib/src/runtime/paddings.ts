/** Paddings of images [batch, height, width, channels], for `tf.pad` and `tf.mirrorPad`: before and after the rows and the columns. */
export const paddings = (rows: [number, number], columns: [number, number] = rows): [number, number][] => [
  [0, 0],
  rows,
  columns,
  [0, 0],
];

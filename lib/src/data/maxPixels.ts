/**
 * Pixels of an image at most, of what is read and of what is made of it. Of a pixel of a result the work holds about 110
 * bytes at once: the photo, its padded copy for the estimate of the noise, the sums and weights of the blended tiles, the
 * result and its encoding. So this many take 7 GB beside the networks; 48 million took 5.6.
 */
export const maxPixels = 64_000_000;

/**
 * Pixels of an image at most, of what is read and of what is made of it. Of a pixel of a result the work holds about 100
 * bytes at once: the photo, its padded copy for the estimate of the noise, the sums and weights of the blended tiles, the
 * result and its encoding. So this many take 6.4 GB beside the networks.
 */
export const maxPixels = 64_000_000;

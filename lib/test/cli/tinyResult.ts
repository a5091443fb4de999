/** Where a picture of the photo with the key "k" is kept. */
export const picturePlace = (part: string) => `.ddpm-dip/previews/k-${part}-${"0".repeat(32)}.png`;

/** Those of a record, none of which is there. */
export const previews = {
  before: picturePlace("before"),
  after: picturePlace("after"),
  difference: picturePlace("difference"),
  gain: 1,
};

/** The name of the features by which a Frechet distance is the FID. */
export const inceptionName = "Inception-v3";

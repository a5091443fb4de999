/** The highest resident memory of this process so far, MiB. */
export function peakResidentMiB(): number {
  return process.resourceUsage().maxRSS / 1024;
}

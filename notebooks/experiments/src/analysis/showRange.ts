/** An interval as tables show it. */
export function showRange({ low, high }: { low: number; high: number }): string {
  return `${low.toFixed(2)} to ${high.toFixed(2)}`.replace(/-/g, "−");
}

/** A bar of `width` characters that is full where all is done. */
export function progressBar(done: number, all: number, width: number): string {
  const share = all === 0 ? 1 : Math.min(1, done / all)
  const isNearlyFull = share < 1 && Math.round(share * width) === width
  const full = isNearlyFull ? width - 1 : share > 0 ? Math.max(1, Math.round(share * width)) : 0
  return '█'.repeat(Math.min(width, full)) + '░'.repeat(Math.max(0, width - full))
}

/** `2026-11-28T14:05:09Z`, as metav1.Time is written. @param ms since the epoch */
export function rfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -'.000Z'.length)}Z`
}

/**
 * Of candidates in their order those that can be had together, by asking about as many as possible
 * at once: what is refused is asked about again in halves.
 */
export async function accepted<T>(
  candidates: readonly T[],
  holds: (chosen: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  const extend = async (chosen: readonly T[], more: readonly T[]): Promise<readonly T[]> => {
    const all = [...chosen, ...more]
    if (more.length === 0 || (await holds(all))) return all
    if (more.length === 1) return chosen
    const middle = Math.ceil(more.length / 2)
    return extend(await extend(chosen, more.slice(0, middle)), more.slice(middle))
  }
  return extend([], candidates)
}

/** How many writes of objects with that beginning the messages of status commits tell. */
export function writesTold(messages: readonly string[], object: string): number {
  return messages.reduce((sum, message) => sum + inMessage(message, object), 0)
}

/** Installations with the same lines stand as one of them and a number of others. */
function inMessage(message: string, object: string): number {
  return message.split(/^- /m).reduce((sum, section) => {
    const lines = section.split('\n').filter((line) => line.includes(` ${object}`))
    const times = lines.map((line) => Number(/\((?:.*, )?(\d+) times/.exec(line)?.[1] ?? 1))
    const others = Number(/^ {2}the same in (\d+) more/m.exec(section)?.[1] ?? 0)
    return sum + times.reduce((all, each) => all + each, 0) * (1 + others)
  }, 0)
}

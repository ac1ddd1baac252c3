// Written in old JavaScript on purpose: an old Node must be able to read it, to say that it is old.
const WANTED = [20, 19]

/** Ends the process with a sentence when Node is too old: nothing after it would make sense. */
export function requireNode() {
  const found = process.versions.node.split('.').map(Number)
  if (found[0] > WANTED[0] || (found[0] === WANTED[0] && found[1] >= WANTED[1])) return
  console.error(
    `Everycent needs Node ${WANTED.join('.')} or later, and this is Node ${process.versions.node}. ` +
      'Get it from https://nodejs.org and run the command again.',
  )
  process.exit(1)
}

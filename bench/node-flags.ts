/**
 * How the server's Node is started: `npm start` and `bin/everycent.js` name the same flags. Decisions
 * make much short-lived memory, and with V8's small default for the young generation a fifth of the
 * thread went into moving it about. It grows only under load; V8 takes it from the command line only.
 */
export const NODE_FLAGS = ['--max-semi-space-size=64']

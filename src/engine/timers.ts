/** Ends a wait; nothing where it is over already. */
export type Cancel = () => void

/** Whoever waits asks here, so that the time of a simulation can go by without anybody waiting. */
export interface Timers {
  after(ms: number, run: () => void): Cancel
  /** Until it is ended. It does not keep the process alive. */
  every(ms: number, run: () => void): Cancel
}

/** The machine's. */
export const TIMERS: Timers = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms).unref()
    return () => clearInterval(timer)
  },
}

export const pause = (timers: Timers, ms: number): Promise<void> =>
  new Promise((resolve) => {
    timers.after(ms, resolve)
  })

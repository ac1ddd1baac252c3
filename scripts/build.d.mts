/** True when it has built, false when dist was fresh. */
export function build(): Promise<boolean>

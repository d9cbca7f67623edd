/** Lets so many through at a time. */
export interface Gate {
  /** Resolves when a place is free; call the result once to give it back. */
  enter(): Promise<() => void>;
}

export function gate(places: number): Gate {
  let free = places;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  return {
    enter: async () => {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => void waiting.push(resolve));
      let left = false;
      return () => {
        if (!left) leave();
        left = true;
      };
    },
  };
}

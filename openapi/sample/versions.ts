// Changing what somebody else may be changing as well.
import { Refused, type Answer } from "./answers.js";

const TRIES = 3;

/**
 * Act on the version that was read. Where somebody was faster (412) nothing was stored: read
 * again and repeat. `act` gets what was read, to look whether its change still makes sense.
 */
export async function onLatest<R, T>(
  read: () => Promise<Answer<R>>,
  act: (version: string, seen: R) => Promise<Answer<T>>,
  seen?: Answer<R>,
): Promise<Answer<T>> {
  let latest = seen ?? (await read());
  for (let left = TRIES; ; left -= 1) {
    try {
      return await act(latest.version, latest.body);
    } catch (no) {
      const stale = no instanceof Refused && no.problem.status === 412;
      if (!stale || left === 1) throw no;
      latest = await read();
    }
  }
}

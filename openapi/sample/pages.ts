// Reading a list to its end.
import type { Answer } from "./answers.js";

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** Yield every item; `read` fetches the page of a cursor, the first one without. */
export async function* everything<T>(
  read: (page: { cursor?: string }) => Promise<Answer<Page<T>>>,
): AsyncGenerator<T> {
  let { body } = await read({});
  yield* body.items;
  while (body.next_cursor !== null) {
    ({ body } = await read({ cursor: body.next_cursor }));
    yield* body.items;
  }
}

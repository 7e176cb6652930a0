/** Whoever reads the answer may stop reading (`wecare audit | head`): what is under way is ended all the same. */
export function outliveReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

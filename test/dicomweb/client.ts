import { createRequire } from 'node:module';
import type * as DicomwebClient from 'dicomweb-client';

/** As much of XMLHttpRequest as dicomweb-client, which is made for browsers, asks for; by fetch. */
class FetchedRequest {
  responseType = '';
  readyState = 0;
  status = 0;
  response: unknown;
  onreadystatechange = (): void => undefined;
  #method = 'GET';
  #url = '';
  readonly #headers = new Headers();
  #answered = new Headers();

  open(method: string, url: string): void {
    this.#method = method.toUpperCase();
    this.#url = url;
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers.append(name, value);
  }

  getResponseHeader(name: string): string | null {
    return this.#answered.get(name);
  }

  getAllResponseHeaders(): string {
    return [...this.#answered].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }

  send(body?: Uint8Array<ArrayBuffer> | string): void {
    void this.#fetch(body).finally(() => {
      this.readyState = 4;
      this.onreadystatechange();
    });
  }

  async #fetch(body: Uint8Array<ArrayBuffer> | string | undefined): Promise<void> {
    const init = { method: this.#method, headers: this.#headers };
    const response = await fetch(this.#url, body === undefined ? init : { ...init, body });
    this.#answered = response.headers;
    const bytes = await response.arrayBuffer();
    const text = (): string => Buffer.from(bytes).toString('utf8');
    this.response =
      this.responseType === 'arraybuffer'
        ? bytes
        : this.responseType === 'json' && response.ok && bytes.byteLength > 0
          ? JSON.parse(text())
          : text();
    this.status = response.status;
  }
}

/** The viewers' client (dicomweb-client of npm) against a service. */
export function dicomwebClient(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): DicomwebClient.api.DICOMwebClient {
  Object.assign(globalThis, { XMLHttpRequest: FetchedRequest });
  // Its ES module build has an extension that Node takes for CommonJS.
  const { api } = createRequire(import.meta.url)('dicomweb-client') as typeof DicomwebClient;
  return new api.DICOMwebClient({
    url,
    headers: { ...headers },
    singlepart: false,
    verbose: false,
  });
}

/** What a Uint8Array is to it. */
export function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

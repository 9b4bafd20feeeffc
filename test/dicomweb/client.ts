import { createRequire } from 'node:module';

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

type Json = Record<string, { vr: string; Value?: unknown[]; BulkDataURI?: string }>;

interface Ids {
  readonly studyInstanceUID: string;
  readonly seriesInstanceUID?: string;
  readonly sopInstanceUID?: string;
}

interface MediaTypes {
  readonly mediaTypes?: readonly { mediaType: string; transferSyntaxUID?: string }[];
}

/** What the tests use of it; its own types ask for arguments that its documentation calls optional. */
export interface WebClient {
  storeInstances(options: { datasets: readonly ArrayBuffer[] }): Promise<unknown>;
  retrieveInstance(options: Ids & MediaTypes): Promise<ArrayBuffer>;
  retrieveSeries(options: Ids): Promise<ArrayBuffer[]>;
  retrieveStudy(options: Ids): Promise<ArrayBuffer[]>;
  retrieveStudyMetadata(options: Ids): Promise<Json[]>;
  retrieveBulkData(options: { BulkDataURI: string }): Promise<ArrayBuffer[]>;
  retrieveInstanceFrames(
    options: Ids & MediaTypes & { frameNumbers: readonly number[] },
  ): Promise<ArrayBuffer[]>;
  retrieveInstanceRendered(options: Ids & MediaTypes): Promise<ArrayBuffer>;
  retrieveInstanceFramesRendered(
    options: Ids & MediaTypes & { frameNumbers: readonly number[] },
  ): Promise<ArrayBuffer | ArrayBuffer[]>;
  searchForStudies(options: { queryParams: Record<string, string> }): Promise<Json[]>;
  searchForSeries(
    options: Partial<Ids> & { queryParams?: Record<string, string> },
  ): Promise<Json[]>;
  searchForInstances(
    options: Partial<Ids> & { queryParams?: Record<string, string> },
  ): Promise<Json[]>;
}

interface Module {
  readonly api: { readonly DICOMwebClient: new (options: object) => WebClient };
}

/** The viewers' client (dicomweb-client of npm) against a service. */
export function dicomwebClient(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): WebClient {
  Object.assign(globalThis, { XMLHttpRequest: FetchedRequest });
  // Its ES module build has an extension that Node takes for CommonJS.
  const { api } = createRequire(import.meta.url)('dicomweb-client') as Module;
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

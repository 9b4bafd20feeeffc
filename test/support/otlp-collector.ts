import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number };
}

/** A span as OTLP/JSON has it (opentelemetry-proto, trace.proto): ids in hex, times in decimal nanoseconds. */
interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
  readonly links?: readonly { readonly spanId: string }[];
  readonly status?: { readonly code?: number };
}

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

/** A span as a collector sees it. */
export interface CollectedSpan extends Omit<OtlpSpan, 'attributes'> {
  readonly service: unknown;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
}

/** An OTLP/HTTP receiver: decodes what comes to `/v1/traces` as JSON, and keeps every word of it. */
export class OtlpCollector {
  readonly spans: CollectedSpan[] = [];
  readonly bodies: string[] = [];
  /** How requests are answered: by default as the protocol wants it. */
  answer: (response: ServerResponse) => void = (response) => {
    response.setHeader('content-type', 'application/json').end('{}');
  };
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      this.bodies.push(`${request.url ?? ''} ${JSON.stringify(request.headers)} ${body}`);
      this.#decode(JSON.parse(body) as ExportRequest);
      this.answer(response);
    });
  });

  static async start(): Promise<OtlpCollector> {
    const collector = new OtlpCollector();
    await new Promise<void>((resolve) => {
      collector.#server.listen(0, '127.0.0.1', resolve);
    });
    return collector;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/traces`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #decode({ resourceSpans }: ExportRequest): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = named(resource.attributes)['service.name'];
      for (const span of scopeSpans.flatMap(({ spans }) => spans))
        this.spans.push({ ...span, service, attributes: named(span.attributes) });
    }
  }
}

function named(attributes: readonly Attribute[] = []) {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]),
  );
}

import type { SettingKind } from './setting-kinds.js';
import { setting } from './setting.js';

/** An address without a name and password in it: what is set is shown. */
const endpoint: SettingKind<string> = {
  form: 'an http or https address without name and password, or nothing',
  parse(value) {
    if (value === '') return { value };
    const url = URL.canParse(value) ? new URL(value) : undefined;
    const taken = url && /^https?:$/.test(url.protocol) && url.username + url.password === '';
    return taken ? { value } : { problem: `is not ${endpoint.form}` };
  },
};

/** Rows of the settings manifest: OpenTelemetry. */
export const TRACE_SETTINGS = {
  tracesEndpoint: setting(
    'Traces',
    'OCTRIAGE_TRACES_ENDPOINT',
    endpoint,
    '',
    'Where spans go from association to delivery, by OTLP/HTTP as JSON, e.g. http://127.0.0.1:4318/v1/traces. A token for it stands in OTEL_EXPORTER_OTLP_HEADERS, the certificate of its issuer in OTEL_EXPORTER_OTLP_CERTIFICATE. They hold UIDs, AE titles and addresses as the log does, nothing of the patient. Empty: nothing is traced.',
  ),
} as const;

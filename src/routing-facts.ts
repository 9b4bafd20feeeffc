import { ROUTING_ATTRIBUTES, type RoutingAttribute } from './config/routing-rule.js';
import type { DataSet } from './dicom/data-set.js';

/** The attributes of a scan that routing rules may look at; several values are joined as DICOM does. */
export function routingAttributes(header: DataSet): Partial<Record<RoutingAttribute, string>> {
  const attributes: Partial<Record<RoutingAttribute, string>> = {};
  for (const keyword of ROUTING_ATTRIBUTES) {
    const values = header.texts(keyword);
    if (values.length > 0) attributes[keyword] = values.join('\\');
  }
  return attributes;
}

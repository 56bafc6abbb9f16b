// SPDX-License-Identifier: Apache-2.0

import { PanelProps, renderTextPanelMarkdown } from '@grafana/data';

export function TextPanel({ options, replaceVariables }: PanelProps<any>) {
  const content = replaceVariables(options.content ?? '');
  if (options.mode === 'code') {
    return <pre>{content}</pre>;
  }
  const html = options.mode === 'html' ? content : renderTextPanelMarkdown(content);
  return (
    <div
      className="markdown-html"
      style={{ height: '100%', overflow: 'auto' }}
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}

import type { HostNotification, PageNotification, PageRequestName, PageRequests } from '../../src/protocol/messages';

/** What stands in for the extension host: answers the page's questions and hears what it says. */
export interface PageHost {
  /** An error thrown reaches the page as a failure with its message. */
  answer<Name extends PageRequestName>(
    name: Name,
    params: PageRequests[Name]['params'],
  ): PageRequests[Name]['result'] | Promise<PageRequests[Name]['result']>;

  /** `send` reaches the page that spoke, as long as it is shown. */
  hear(notification: PageNotification, send: (notification: HostNotification) => Promise<void>): void;
}

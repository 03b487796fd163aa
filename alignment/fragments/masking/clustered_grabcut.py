from alignment.fragments.masking.clusters import Clusters
from alignment.fragments.masking.grabcut import cut
from alignment.fragments.masking.view import Mask, View


class ClusteredGrabCut:
    """GrabCut that begins with what the clusters tell, instead of the whole box."""

    name = "both"
    identity = "both-1"

    def mask(self, view: View) -> Mask | None:
        """Return what GrabCut makes of the clusters' mask."""
        likely = Clusters().mask(view)
        return None if likely is None else cut(view, likely)

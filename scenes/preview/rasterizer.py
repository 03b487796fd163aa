"""The z-buffer kernels behind the preview. Planar depth, pixel centres at +0.5, near-plane clip."""

import math

import numba
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]
NOTHING = np.float32(np.inf)  # depth of a pixel that no object covers


_compiled = numba.njit(cache=True, nogil=True, error_model="numpy")
_inlined = numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")


@_compiled
def draw(mesh, view, instance, buffers, amodal):  # type: ignore[no-untyped-def]  # numba's types
    """Draw one mesh into the buffers, and count what it would cover alone.

    mesh: vertices (v, 3) and triangles (t, 3). view: object to camera (4, 4), focal_px and
    clip_start_m. buffers: ids (H, W) int32, depth_m (H, W) float32, stamp (H, W) int32. amodal:
    (5,) int64 of pixel count, x0, y0, x1, y1 (inclusive), updated in place.

    Of a closed mesh wholly before the near plane the faces turned away are skipped: something
    nearer covers them. All others are drawn from both sides, as Cycles does.
    """
    vertices, triangles, closed = mesh
    to_camera, focal, near = view
    height, width = buffers[0].shape
    seen = _seen(vertices, to_camera)
    screen = np.empty_like(seen)
    for i in range(len(seen)):
        if seen[i, 2] >= near:
            _to_screen(seen, i, (focal, width, height), screen)
        else:
            closed = False
    for t in range(len(triangles)):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        if closed and _turned_away(screen, a, b, c):
            continue
        ahead = (seen[a, 2] >= near) + (seen[b, 2] >= near) + (seen[c, 2] >= near)
        if ahead == 3:
            _fill(screen, (a, b, c), instance, buffers, amodal)
        elif ahead > 0:
            corner = np.empty((4, 3))
            n = _clip(seen, (a, b, c), near, corner)
            flat = np.empty((4, 3))
            for i in range(n):
                _to_screen(corner, i, (focal, width, height), flat)
            for i in range(1, n - 1):
                _fill(flat, (0, i, i + 1), instance, buffers, amodal)


@_inlined
def _seen(vertices, to_camera):  # type: ignore[no-untyped-def]
    """Return (v, 3) of x right, y up and planar depth."""
    seen = np.empty(vertices.shape)
    m = to_camera
    for i in range(len(vertices)):
        x, y, z = vertices[i, 0], vertices[i, 1], vertices[i, 2]
        seen[i, 0] = m[0, 0] * x + m[0, 1] * y + m[0, 2] * z + m[0, 3]
        seen[i, 1] = m[1, 0] * x + m[1, 1] * y + m[1, 2] * z + m[1, 3]
        seen[i, 2] = -(m[2, 0] * x + m[2, 1] * y + m[2, 2] * z + m[2, 3])
    return seen


@_inlined
def _to_screen(points, i, lens, out):  # type: ignore[no-untyped-def]
    focal, width, height = lens
    inverse = 1.0 / points[i, 2]
    out[i, 0] = 0.5 * width + focal * points[i, 0] * inverse
    out[i, 1] = 0.5 * height - focal * points[i, 1] * inverse
    out[i, 2] = inverse


@_inlined
def _turned_away(screen, a, b, c):  # type: ignore[no-untyped-def]
    bx, by = screen[b, 0] - screen[a, 0], screen[b, 1] - screen[a, 1]
    cx, cy = screen[c, 0] - screen[a, 0], screen[c, 1] - screen[a, 1]
    return bx * cy >= by * cx  # counter-clockwise turns clockwise where y points down


@_compiled
def _clip(points, corners, near, out):  # type: ignore[no-untyped-def]
    """Clip a triangle at the near plane (Sutherland and Hodgman 1974); return 3 or 4 corners."""
    n = 0
    for k in range(3):
        p, q = corners[k], corners[(k + 1) % 3]
        if points[p, 2] >= near:
            out[n] = points[p]
            n += 1
        if (points[p, 2] >= near) != (points[q, 2] >= near):
            share = (near - points[p, 2]) / (points[q, 2] - points[p, 2])
            out[n] = points[p] + share * (points[q] - points[p])
            out[n, 2] = near
            n += 1
    return n


@_inlined
def _fill(screen, corners, instance, buffers, amodal):  # type: ignore[no-untyped-def]
    """Fill one triangle of (x px, y px, 1 / depth) corners where it covers pixel centres."""
    a, b, c = corners
    ids, depth_m, stamp = buffers
    height, width = ids.shape
    ax, ay, aw = screen[a, 0], screen[a, 1], screen[a, 2]
    bx, by = screen[b, 0] - ax, screen[b, 1] - ay
    cx, cy = screen[c, 0] - ax, screen[c, 1] - ay
    y0 = max(0, math.ceil(ay + min(0.0, by, cy) - 0.5))
    y1 = min(height - 1, math.floor(ay + max(0.0, by, cy) - 0.5))
    x0 = max(0, math.ceil(ax + min(0.0, bx, cx) - 0.5))
    x1 = min(width - 1, math.floor(ax + max(0.0, bx, cx) - 0.5))
    area = bx * cy - by * cx
    if y0 > y1 or x0 > x1 or area == 0.0:
        return
    scale = 1.0 / area
    # the barycentric weights of b and c are linear in x and y, and so is 1 / depth
    db, dc = screen[b, 2] - aw, screen[c, 2] - aw
    for y in range(y0, y1 + 1):
        down = y + 0.5 - ay
        for x in range(x0, x1 + 1):
            right = x + 0.5 - ax
            wb = (cy * right - cx * down) * scale
            wc = (bx * down - by * right) * scale
            if wb < 0.0 or wc < 0.0 or wb + wc > 1.0:
                continue
            if stamp[y, x] != instance:
                stamp[y, x] = instance
                amodal[0] += 1
                amodal[1] = min(amodal[1], x)
                amodal[2] = min(amodal[2], y)
                amodal[3] = max(amodal[3], x)
                amodal[4] = max(amodal[4], y)
            z = np.float32(1.0 / (aw + wb * db + wc * dc))
            if z < depth_m[y, x]:
                depth_m[y, x] = z
                ids[y, x] = instance


@_compiled
def count_visible(ids, depth_m, n):  # type: ignore[no-untyped-def]
    """Return (n, 5) int64 pixel count and inclusive box, and (n, 2) median and least depth.

    Row i is instance i + 1; an instance without a pixel has count 0 and NaN depths.
    """
    height, width = ids.shape
    visible = np.zeros((n, 5), np.int64)
    visible[:, 1], visible[:, 2] = width, height
    visible[:, 3:] = -1
    for y in range(height):
        for x in range(width):
            i = ids[y, x] - 1
            if i < 0:
                continue
            visible[i, 0] += 1
            visible[i, 1] = min(visible[i, 1], x)
            visible[i, 2] = min(visible[i, 2], y)
            visible[i, 3] = max(visible[i, 3], x)
            visible[i, 4] = max(visible[i, 4], y)
    start = np.zeros(n + 1, np.int64)
    start[1:] = np.cumsum(visible[:, 0])
    gathered = np.empty(start[n], np.float32)
    put = start[:n].copy()
    for y in range(height):
        for x in range(width):
            i = ids[y, x] - 1
            if i >= 0:
                gathered[put[i]] = depth_m[y, x]
                put[i] += 1
    depths = np.full((n, 2), np.nan)
    for i in range(n):
        if visible[i, 0] > 0:
            mine = gathered[start[i] : start[i + 1]]
            depths[i, 0] = np.median(mine)
            depths[i, 1] = mine.min()
    return visible, depths

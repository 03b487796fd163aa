"""The z-buffer kernels behind the preview. Planar depth, pixel centres at +0.5, near-plane clip."""

import math

import numba
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int32]
NOTHING = np.float32(np.inf)  # depth of a pixel that no object covers


@numba.njit(cache=True, nogil=True)
def draw(  # type: ignore[no-untyped-def]  # numba compiles it for the types it is called with
    mesh, view, instance, buffers, amodal
):
    """Draw one mesh into the buffers, and count what it would cover alone.

    mesh: vertices (v, 3) and triangles (t, 3). view: object to camera (4, 4), focal_px and
    clip_start_m. buffers: ids (H, W) int32, depth_m (H, W) float32, stamp (H, W) int32. amodal:
    (5,) int64 of pixel count, x0, y0, x1, y1 (inclusive), updated in place. No face is culled, as
    in Cycles.
    """
    vertices, triangles = mesh
    to_camera, focal, near = view
    height, width = buffers[0].shape
    seen = np.empty((vertices.shape[0], 3))
    for i in range(vertices.shape[0]):
        x, y, z = vertices[i, 0], vertices[i, 1], vertices[i, 2]
        for k in range(3):
            seen[i, k] = (
                to_camera[k, 0] * x + to_camera[k, 1] * y + to_camera[k, 2] * z + to_camera[k, 3]
            )
        seen[i, 2] = -seen[i, 2]
    screen = np.empty((vertices.shape[0], 3))
    for i in range(vertices.shape[0]):
        if seen[i, 2] >= near:
            _to_screen(seen[i], focal, width, height, screen[i])
    corner = np.empty((4, 3))
    flat = np.empty((4, 3))
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ahead = (seen[a, 2] >= near) + (seen[b, 2] >= near) + (seen[c, 2] >= near)
        if ahead == 3:
            _fill((screen[a], screen[b], screen[c]), instance, buffers, amodal)
        elif ahead > 0:
            n = _clip(seen[a], seen[b], seen[c], near, corner)
            for i in range(n):
                _to_screen(corner[i], focal, width, height, flat[i])
            for i in range(1, n - 1):
                _fill((flat[0], flat[i], flat[i + 1]), instance, buffers, amodal)


@numba.njit(cache=True, nogil=True, inline="always")
def _to_screen(point, focal, width, height, out):  # type: ignore[no-untyped-def]
    inverse = 1.0 / point[2]
    out[0] = 0.5 * width + focal * point[0] * inverse
    out[1] = 0.5 * height - focal * point[1] * inverse
    out[2] = inverse


@numba.njit(cache=True, nogil=True)
def _clip(a, b, c, near, out):  # type: ignore[no-untyped-def]
    """Clip a triangle at the near plane (Sutherland and Hodgman 1974); return 3 or 4 corners."""
    n = 0
    for k in range(3):
        p = a if k == 0 else (b if k == 1 else c)
        q = b if k == 0 else (c if k == 1 else a)
        if p[2] >= near:
            out[n] = p
            n += 1
        if (p[2] >= near) != (q[2] >= near):
            share = (near - p[2]) / (q[2] - p[2])
            out[n] = p + share * (q - p)
            out[n, 2] = near
            n += 1
    return n


@numba.njit(cache=True, nogil=True)
def _fill(corners, instance, buffers, amodal):  # type: ignore[no-untyped-def]
    a, b, c = corners
    ids, depth_m, stamp = buffers
    height, width = ids.shape
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    if area == 0.0:
        return
    top, bottom = min(a[1], b[1], c[1]), max(a[1], b[1], c[1])
    left, right = min(a[0], b[0], c[0]), max(a[0], b[0], c[0])
    if right < 0.5 or bottom < 0.5 or left > width - 0.5 or top > height - 0.5:
        return
    y0, y1 = max(0, math.ceil(top - 0.5)), min(height - 1, math.floor(bottom - 0.5))
    x0, x1 = max(0, math.ceil(left - 0.5)), min(width - 1, math.floor(right - 0.5))
    if y0 > y1 or x0 > x1:
        return
    scale = 1.0 / area
    # barycentric weights of b and c are linear in x and y, and so is 1 / depth
    bx, by = (c[1] - a[1]) * scale, -(c[0] - a[0]) * scale
    cx, cy = -(b[1] - a[1]) * scale, (b[0] - a[0]) * scale
    db, dc = b[2] - a[2], c[2] - a[2]
    for y in range(y0, y1 + 1):
        row_b = bx * (x0 + 0.5 - a[0]) + by * (y + 0.5 - a[1])
        row_c = cx * (x0 + 0.5 - a[0]) + cy * (y + 0.5 - a[1])
        for x in range(x0, x1 + 1):
            wb = row_b + bx * (x - x0)
            wc = row_c + cx * (x - x0)
            if wb < 0.0 or wc < 0.0 or wb + wc > 1.0:
                continue
            if stamp[y, x] != instance:
                stamp[y, x] = instance
                amodal[0] += 1
                amodal[1] = min(amodal[1], x)
                amodal[2] = min(amodal[2], y)
                amodal[3] = max(amodal[3], x)
                amodal[4] = max(amodal[4], y)
            z = np.float32(1.0 / (a[2] + wb * db + wc * dc))
            if z < depth_m[y, x]:
                depth_m[y, x] = z
                ids[y, x] = instance


@numba.njit(cache=True, nogil=True)
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

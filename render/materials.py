import bpy
from scenes.scene import Material
class Palette:
    def __init__(self): self.made={}
    def material(self, m):
        if m not in self.made:
            x=bpy.data.materials.new(m.kind); x.use_nodes=True
            x.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value=(*m.color,1)
            self.made[m]=x
        return self.made[m]

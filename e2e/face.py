"""Renders face.jpg: a head made of signed distance functions, which is nobody's, in six views side by side (480 x 360 each): straight, turned to its
own left, to its own right, up, down, and with its mouth open. It stands for a person in front of the camera in cameo.spec.ts.

    .venv/bin/python e2e/face.py        # minutes; needs torch and ffmpeg
"""
import subprocess
from pathlib import Path

import numpy as np
import torch

VIEWS = [dict(), dict(yaw=30), dict(yaw=-30), dict(pitch=-20), dict(pitch=20), dict(mouth=1.)]


def V(*a): return torch.tensor(a, dtype=torch.float32)
def ell(p,c,r):
    r=V(*r); q=(p-V(*c)); k0=(q/r).norm(dim=-1); k1=(q/(r*r)).norm(dim=-1)
    return k0*(k0-1)/k1.clamp_min(1e-6)
def sph(p,c,r): return (p-V(*c)).norm(dim=-1)-r
def cap(p,a,b,r):
    a,b=V(*a),V(*b); pa=p-a; ba=b-a; h=((pa*ba).sum(-1)/(ba*ba).sum()).clamp(0,1)
    return (pa-ba*h[...,None]).norm(dim=-1)-r
def smin(a,b,k):
    h=(0.5+0.5*(b-a)/k).clamp(0,1); return b*(1-h)+a*h-k*h*(1-h)
def smax(a,b,k): return -smin(-a,-b,k)
# head units ~ 1 = half head width; x right (image), y up, z to viewer
def skin(p,mouth):
    q=torch.stack([p[...,0].abs(),p[...,1],p[...,2]],-1)
    d=ell(p,(0,.25,-.12),(.80,1.0,.95))           # cranium
    d=smin(d,ell(p,(0,-.42,.12),(.62,.78,.66)),.25) # lower face
    d=smin(d,ell(p,(0,-.98-mouth*.10,.42),(.25,.2,.22)),.22)   # chin
    d=smin(d,ell(q,(.40,-.18,.52),(.24,.2,.2)),.2) # cheeks
    d=smin(d,ell(q,(.30,.30,.70),(.30,.085,.14)),.12) # brow
    # eye sockets
    d=smax(d,-ell(q,(.335,.10,.90),(.20,.12,.16)),.10)
    # nose
    n=cap(p,(0,.16,.78),(0,-.22,1.02),.075)
    n=smin(n,sph(p,(0,-.26,1.0),.115),.08)
    n=smin(n,sph(q,(.105,-.28,.92),.075),.05)
    d=smin(d,n,.09)
    # lips
    up=cap(q,(0,-.565,.835),(.22,-.60,.72),.045)
    lo=cap(q,(0,-.665-mouth*.16,.825),(.20,-.625-mouth*.06,.72),.055)
    d=smin(d,smin(up,lo,.02),.05)
    if mouth>0.02: d=smax(d,-ell(p,(0,-.61-mouth*.07,.86),(.17,.10*mouth+.005,.2)),.02)
    # nostrils
    d=smax(d,-sph(q,(.065,-.345,.985),.03),.03)
    # ears
    d=smin(d,ell(q,(.82,.02,-.10),(.07,.22,.14)),.05)
    # neck
    return d
def body(p):
    d=cap(p,(0,-.7,-.25),(0,-1.7,-.35),.42)
    s=smin(ell(p,(0,-2.35,-.4),(1.75,.62,.62)),ell(p,(0,-3.2,-.4),(1.5,1.2,.7)),.3)
    return d,s
def eyes(p):
    q=torch.stack([p[...,0].abs(),p[...,1],p[...,2]],-1); return sph(q,(.335,.10,.585),.205)
def lids(p,blink):
    q=torch.stack([p[...,0].abs(),p[...,1],p[...,2]],-1)
    e=sph(q,(.335,.10,.585),.228)
    h=q[...,1]-.10; x=(q[...,0]-.335)/.2
    open_=.085*(1-blink)*(1-x*x).clamp_min(0)
    ap=torch.maximum(h-open_, -(h+open_*.8))
    return torch.maximum(e,-ap)
def hair(p):
    d=ell(p,(0,.42,-.24),(.93,1.02,1.02))
    d=smax(d,-(ell(p,(0,-.05,.62),(.66,.86,.85))),.08)
    d=smax(d,-(p[...,1]+.35),.1)
    return d
def rot(yaw,pitch,roll=0.):
    cy,sy,cp,sp,cr,sr=np.cos(yaw),np.sin(yaw),np.cos(pitch),np.sin(pitch),np.cos(roll),np.sin(roll)
    Ry=np.array([[cy,0,sy],[0,1,0],[-sy,0,cy]]);Rx=np.array([[1,0,0],[0,cp,-sp],[0,sp,cp]]);Rz=np.array([[cr,-sr,0],[sr,cr,0],[0,0,1]])
    return torch.tensor(Ry@Rx@Rz,dtype=torch.float32)
def noise(p,f,seed=0):
    q=p*f; return (torch.sin(q[...,0]*1.7+seed)*torch.sin(q[...,1]*2.3+q[...,2])*torch.sin(q[...,2]*1.9+q[...,0]*.7))
SK=V(.80,.58,.46); LIP=V(.66,.32,.31); HR=V(.13,.085,.06); CL=V(.20,.30,.45)
def render(w=320,h=240,yaw=0,pitch=0,mouth=0.,blink=0.,seed=0):
    R=rot(np.radians(yaw),np.radians(pitch))
    piv=V(0,-.5,-.2)
    xs=(torch.arange(w)+.5-w/2)/(h/2); ys=-(torch.arange(h)+.5-h/2)/(h/2)
    gx,gy=torch.meshgrid(xs,ys,indexing='xy')
    cam=V(0,0,9.0); f=3.6
    d=torch.stack([gx,gy,torch.full_like(gx,-f)],-1); d=d/d.norm(dim=-1,keepdim=True)
    o=cam+V(0,-.45,0)
    def head(p): return (p-piv)@R+piv
    def scene(p):
        q=head(p); n,s=body(p)
        parts=torch.stack([smin(skin(q,mouth),n,.12),eyes(q),lids(q,blink),hair(q),s],0)
        return parts
    t=torch.full((h,w),6.0)
    for _ in range(48):
        p=o+d*t[...,None]; m=scene(p).min(0).values; t=t+m*.85; t=t.clamp_max(14)
    p=o+d*t[...,None]; parts=scene(p); mn,idx=parts.min(0); hit=mn<.02
    e=.006
    def S(p): return scene(p).min(0).values
    n=torch.stack([S(p+V(e,0,0))-S(p-V(e,0,0)),S(p+V(0,e,0))-S(p-V(0,e,0)),S(p+V(0,0,e))-S(p-V(0,0,e))],-1); n=n/n.norm(dim=-1,keepdim=True).clamp_min(1e-6)
    q=head(p); ax=q[...,0].abs()
    col=SK.expand(h,w,3).clone()
    def mix(c,m): 
        nonlocal col; col=col*(1-m[...,None])+c*m[...,None]
    sm=lambda x:x.clamp(0,1)*x.clamp(0,1)*(3-2*x.clamp(0,1))
    # rosy cheeks and nose, darker eye area
    qq=torch.stack([ax,q[...,1],q[...,2]],-1)
    mix(V(.80,.45,.38),.35*torch.exp(-((qq-V(.40,-.2,.7))**2).sum(-1)/.06))
    mix(V(.78,.44,.38),.30*torch.exp(-((qq-V(0,-.28,1.05))**2).sum(-1)/.03))
    mix(V(.55,.36,.30),.45*torch.exp(-(((ax-.335)/.26)**2+((q[...,1]-.08)/.15)**2)**2)*(q[...,2]>.3))
    # lips
    lipm=sm((.075-( ((q[...,1]+.615+mouth*.05)/(1.0+mouth*1.1)).abs()+.35*(ax-.02).clamp_min(0)**1.3 ))/.02)*(q[...,2]>.5)*(ax<.26)
    mix(LIP,.85*lipm)
    line=torch.exp(-((q[...,1]+.612+.015*torch.cos(ax*14))/.012)**2)*(ax<.235)*(q[...,2]>.5)
    if mouth<.05: mix(V(.30,.12,.11),.8*line)
    else: mix(V(.12,.04,.04),sm((.82-q[...,2])/.05)*(ax<.17)*((q[...,1]+.61+mouth*.07).abs()<.11*mouth))
    # brows
    by=.325+.05*torch.sin((ax-.12)*5.0)-.10*((ax-.35).clamp_min(0))
    mix(HR,.9*sm((.036-(q[...,1]-by).abs())/.018)*sm((ax-.10)/.04)*sm((.58-ax)/.06)*(q[...,2]>.3))
    skinm=idx==0
    col=col*(1+.05*noise(p,9.)+.035*noise(p,31.,2)+.03*noise(p,77.,4))[...,None]
    # eyes
    eye=idx==1
    ez=torch.stack([ax-.335,q[...,1]-.10,q[...,2]-.585],-1); er=(ez[...,:2]**2).sum(-1).sqrt()
    ec=V(.86,.84,.81).expand(h,w,3).clone()
    ec=ec*(1-.25*sm((er-.12)/.1))[...,None]
    iris=sm((.098-er)/.014)[...,None]; ec=ec*(1-iris)+V(.27,.19,.12)*iris*(1+.3*noise(q,60.))[...,None]
    pup=sm((.045-er)/.012)[...,None]; ec=ec*(1-pup)+V(.02,.02,.02)*pup
    col=torch.where(eye[...,None],ec,col)
    lid=idx==2; lidc=SK*V(.86,.78,.74); col=torch.where(lid[...,None],lidc.expand_as(col),col)
    lash=lid&((q[...,1]-.10).abs()<.085*(1-blink)*(1-((ax-.335)/.2)**2).clamp_min(0)+.022)
    col=torch.where((lash&(q[...,1]>.08))[...,None],V(.10,.07,.06).expand_as(col),col)
    hm=idx==3; hc=HR*(1+.5*noise(q*V(1,.15,1),40.))[...,None]; col=torch.where(hm[...,None],hc,col)
    cl=idx==4; cc=CL*(1+.08*noise(p,25.)+.06*torch.sin(p[...,1]*60))[...,None]; col=torch.where(cl[...,None],cc,col)
    # light
    L=V(-.45,.55,.75); L=L/L.norm(); L2=V(.8,.1,.5); L2=L2/L2.norm()
    wrap=.25
    dif=((n@L+wrap)/(1+wrap)).clamp_min(0); fil=((n@L2+.4)/1.4).clamp_min(0); sky=.5+.5*n[...,1]
    ao=torch.ones(h,w)
    for k in (.05,.12,.25): ao=ao-.9*(k-S(p+n*k)).clamp_min(0)
    ao=ao.clamp(.25,1)
    # soft shadow
    sh=torch.ones(h,w); tt=torch.full((h,w),.06)
    for _ in range(12):
        s=S(p+n*.02+L*tt[...,None]); sh=torch.minimum(sh,(8*s/tt).clamp(0,1)); tt=tt+s.clamp(.03,.25)
    lit=(V(1.0,.96,.90)*(.85*dif*(.25+.75*sh))[...,None]+V(.75,.85,1.)*(.28*fil)[...,None]+V(.8,.9,1.)*(.22*sky)[...,None])*ao[...,None]
    # subsurface-like red in the terminator
    red=torch.exp(-((n@L-.05)/.25)**2)[...,None]*V(.10,.02,.0)*((idx==0)|(idx==2))[...,None]
    v=-d; hv=L+v; hv=hv/hv.norm(dim=-1,keepdim=True); spec=((n*hv).sum(-1).clamp_min(0))**28*.13*sh
    espec=((n*hv).sum(-1).clamp_min(0))**220*.9
    out=col*lit+red+torch.where(eye,espec,torch.where(hm,spec*.6,spec*(idx!=4)))[...,None]
    yy=(gy+1)/2; bgc=torch.stack([.42+.12*yy+.05*gx,.43+.11*yy+.04*gx,.45+.10*yy],-1)
    # shelf and window blur
    bgc=bgc+.10*torch.sigmoid((gx-.55)*12)[...,None]*torch.sigmoid((gy+.2)*9)[...,None]-.10*torch.exp(-((gy+.35)/.06)**2)[...,None]*torch.sigmoid((-gx-.3)*14)[...,None]
    out=torch.where(hit[...,None],out,bgc)
    out=out.clamp(0,1)**(1/1.6)
    g=torch.Generator().manual_seed(seed); out=out+.012*torch.randn(out.shape,generator=g)
    return (out.clamp(0,1)*255).byte().numpy()


if __name__ == '__main__':
    sheet = np.concatenate([render(480, 360, **view) for view in VIEWS], axis=1)
    height, width, _ = sheet.shape
    subprocess.run(['ffmpeg', '-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', f'{width}x{height}', '-i', '-', '-q:v', '4', str(Path(__file__).with_name('face.jpg'))],
                   input=sheet.tobytes(), check=True)
